import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { joinInto, joinedFile, joinedFolder } from '../testing/script.mjs';

const path = name => join(joinedFolder(), name);

/** A page's global object as far as the script could change it. */
function pageAfter(source, own = {}) {
  const page = vm.createContext({ setTimeout, clearTimeout, ...own });
  const before = Object.getOwnPropertyNames(vm.runInContext('globalThis', page));
  vm.runInContext(source, page);
  const added = Object.getOwnPropertyNames(vm.runInContext('globalThis', page)).filter(name => !before.includes(name));
  return { page, added };
}

test('the classic script defines Heartline and nothing else', () => {
  const { page, added } = pageAfter(joinedFile('heartline.js'));
  assert.deepEqual(added, ['Heartline']);
  assert.equal(typeof page.Heartline.heartCheck, 'function');
});

test('a heartCheck that the page has already is left alone', () => {
  const heartCheck = { start() {} };
  const { page } = pageAfter(joinedFile('heartline.js'), { heartCheck });
  assert.equal(page.heartCheck, heartCheck);
});

test('a page that declares its own heartCheck with const can load the script before or behind it', () => {
  const own = 'const heartCheck = 1;';
  pageAfter(`${joinedFile('heartline.js')};${own}`);
  pageAfter(`${own};${joinedFile('heartline.js')}`);
});

test('the module exports both names and touches no globals', async () => {
  const before = Object.getOwnPropertyNames(globalThis);
  const module = await import(pathToFileURL(path('heartline.mjs')));
  assert.deepEqual(Object.keys(module).sort(), ['Heartline', 'heartCheck']);
  assert.equal(module.Heartline.heartCheck, module.heartCheck);
  assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);
  assert.match(joinedFile('heartline.mjs'), /^export \{ Heartline, heartCheck \};\n$/m);
});

test('CommonJS gets both names and no globals', () => {
  const before = Object.getOwnPropertyNames(globalThis);
  const { Heartline, heartCheck } = createRequire(import.meta.url)(path('heartline.js'));
  assert.equal(Heartline.heartCheck, heartCheck);
  assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);
});

test('the build puts its version into both files and into the modules', () => {
  const { Heartline } = createRequire(import.meta.url)(path('heartline.js'));
  assert.match(Heartline.version, /^\d+\.\d+\.\d+/);
  assert.notEqual(Heartline.version, '0.0.0', 'that is what the sources say');
  for (const name of ['heartline.js', 'heartline.mjs', 'script/version.js']) {
    assert.ok(joinedFile(name).includes(`const VERSION = '${Heartline.version}';`), name);
  }
});

test('the joined files begin with the version and the guide', () => {
  for (const name of ['heartline.js', 'heartline.mjs']) {
    assert.match(joinedFile(name), /^\/\*! Heartline \d+\.\d+\.\d+\S*, Apache-2\.0 \*\/\n\/\*\n \* Heartline: /);
  }
});

/** What the joining says to modules of one's own. */
function refusal(modules) {
  const folder = mkdtempSync(join(tmpdir(), 'modules-'));
  try {
    mkdirSync(join(folder, 'script'));
    for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder, 'script', name), `${text}\n`);
    joinInto(folder, join(folder, 'out'), '1.0.0');
    return 'joined';
  } catch (error) {
    return error.stderr?.toString().trim() ?? String(error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const [what, modules, words] of [
  ['modules that import each other', { 'index.js': "import { a } from './a.js';", 'a.js': "import { b } from './index.js';\nexport const a = 1;" }, 'modules import each other: index.js > a.js > index.js'],
  ['a name that two modules declare', { 'index.js': "import { a } from './a.js';\nconst b = a;", 'a.js': 'export const a = 1;\nconst b = 2;' }, 'two modules declare b: index.js and a.js'],
  ['an import by another name', { 'index.js': "import { a as b } from './a.js';", 'a.js': 'export const a = 1;' }, 'index.js renames what it imports: a as b'],
  ['an import of what is not exported', { 'index.js': "import { a } from './a.js';", 'a.js': 'const a = 1;' }, 'index.js imports what a.js does not export: a'],
  ['an import from elsewhere', { 'index.js': "import { a } from 'a';" }, "index.js has a form that is not joined: import { a } from 'a';"],
  ['a default export', { 'index.js': 'export default 1;' }, 'index.js has a form that is not joined: export default 1;'],
]) {
  test(`the joining refuses ${what}`, () => assert.equal(refusal(modules), words));
}
