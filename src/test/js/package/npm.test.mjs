// The joined files as an npm package: packed, installed into a project of its own, and used there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { joinedFolder } from '../testing/script.mjs';

const TOOLS = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../clients/node_modules');
// The only library there that is a program: npm brings the one for this machine's kind of processor.
const NODE_22 = join(TOOLS, `node-22-${process.arch}/bin/node`);
const EXAMPLE = new URL('example', import.meta.url).pathname;

let project;
let packed;

function run(command, ...args) {
  try {
    return execFileSync(command, args, { cwd: project, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')}\n${error.stdout}${error.stderr}`);
  }
}

const write = (name, text) => writeFileSync(join(project, name), text);
const read = name => readFileSync(join(project, name), 'utf8');

before(() => {
  project = mkdtempSync(join(tmpdir(), 'npm-'));
  write('package.json', '{ "name": "app", "private": true }');
  packed = JSON.parse(run('npm', 'pack', '--json', joinedFolder()))[0];
  run('npm', 'install', '--offline', '--no-audit', '--no-fund', join(project, packed.filename));
});

after(() => rmSync(project, { recursive: true }));

test('the package holds what it says, and no tests', () => {
  const files = packed.files.map(({ path }) => path);
  for (const name of ['heartline.js', 'heartline.mjs', 'heartline.d.ts', 'heartline.d.mts', 'heartline-global.d.ts',
    'heartline-wx.js', 'heartline-wx.d.ts', 'script/index.js', 'script/package.json', 'package.json', 'README.md', 'LICENSE']) {
    assert.ok(files.includes(name), name);
  }
  assert.deepEqual(files.filter(name => !/^(heartline|script\/[a-z]+\.js|package\.json|script\/package\.json|README|LICENSE)/.test(name)), []);
  assert.equal(packed.version, JSON.parse(read('node_modules/heartline/package.json')).version);
  assert.notEqual(packed.version, '0.0.0');
});

for (const [name, node] of [['the Node that runs the tests', process.execPath], ['Node 22', NODE_22]]) {
  test(`${name} imports it, requires it, and takes single modules of it`, () => {
    write('a.mjs', `import { Heartline, heartCheck } from 'heartline';
      import { Backoff } from 'heartline/script/backoff.js';
      console.log(typeof Heartline, typeof heartCheck, typeof Backoff, Heartline.version, globalThis.Heartline);`);
    write('b.cjs', `const { Heartline, heartCheck } = require('heartline');
      const { overWx } = require('heartline/wx');
      console.log(typeof Heartline, typeof heartCheck, typeof overWx, Heartline.version, globalThis.Heartline);`);
    const expected = `function function function ${packed.version} undefined\n`;
    assert.equal(run(node, 'a.mjs'), expected);
    assert.equal(run(node, 'b.cjs'), expected);
  });
}

test('Node 22 is what its name says', () => assert.match(run(NODE_22, '--version'), /^v22\./));

test('Vite builds a page of it that runs, and leaves out what the page does not use', () => {
  write('main.js', `import { heartCheck } from 'heartline'; globalThis.told = typeof heartCheck;`);
  write('index.html', '<!doctype html><script type="module" src="/main.js"></script>');
  run('node', join(TOOLS, 'vite/bin/vite.js'), 'build', '--logLevel', 'error');
  const [name] = readdirSync(join(project, 'dist/assets'));
  write('run.mjs', `globalThis.document = { createElement: () => ({ relList: { supports: () => true } }), querySelectorAll: () => [] };
    await import('./dist/assets/${name}'); console.log(globalThis.told);`);
  assert.equal(run('node', 'run.mjs'), 'function\n');
});

for (const [how, options] of [
  ['as bundlers resolve it', { module: 'esnext', moduleResolution: 'bundler' }],
  ['as Node resolves it for modules', { module: 'nodenext', moduleResolution: 'nodenext' }],
  ['as Node resolves it for CommonJS', { module: 'nodenext', moduleResolution: 'nodenext', commonjs: true }],
]) {
  test(`TypeScript checks a page against the types, ${how}`, () => {
    const { commonjs = false, ...compilerOptions } = options;
    const folder = join(project, 'typed');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    cpSync(EXAMPLE, folder, { recursive: true });
    symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: commonjs ? 'commonjs' : 'module' }));
    const strict = { strict: true, noEmit: true, exactOptionalPropertyTypes: true, target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], types: [] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...strict, ...compilerOptions }, include: ['*.ts'] }));
    run('node', join(TOOLS, 'typescript/bin/tsc'), '-p', folder);
  });
}
