// What the page script costs, and what its files may measure.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { transformSync } from '../clients/node_modules/esbuild/lib/main.js';
import ts from '../clients/node_modules/typescript/lib/typescript.js';
import { joinedFile } from '../testing/script.mjs';

const BUDGET = 16 * 1024; // bytes, minified and gzipped
const LINES = 300; // of a module
const BODY = 40; // lines of a function

const SCRIPT = new URL('../../../../webapp/script/', import.meta.url);
const modules = readdirSync(SCRIPT).filter(name => name.endsWith('.js'));

for (const name of ['heartline.js', 'heartline.mjs']) {
  test(`${name} stays under 16 KB when it is minified and gzipped`, t => {
    const { code } = transformSync(joinedFile(name), { minify: true });
    const { length } = gzipSync(code, { level: 9 });
    t.diagnostic(`${name}: ${length} bytes`);
    assert.ok(length < BUDGET, `${length} bytes`);
  });
}

/**
 * The chapter on pages names them. This is about the language; what its libraries offer is another matter. esbuild counts
 * optional chaining from Chrome 91 on only, since earlier ones had a fault in a form of it that is not used here.
 */
test('the script needs no newer browser than Chrome 84, Firefox 90 and Safari 15', () => {
  const oldest = { target: ['chrome84', 'firefox90', 'safari15'], supported: { 'optional-chain': true } };
  for (const name of ['heartline.js', 'heartline.mjs']) {
    const { code } = transformSync(joinedFile(name), { target: 'esnext' });
    assert.equal(transformSync(joinedFile(name), oldest).code, code, name);
  }
});

test('no module has more than 300 lines', () => {
  for (const name of modules) {
    const { length } = readFileSync(new URL(name, SCRIPT), 'utf8').trimEnd().split('\n');
    assert.ok(length <= LINES, `${name}: ${length} lines`);
  }
});

test('no function has more than 40 lines', () => {
  let functions = 0;
  for (const name of modules) {
    const file = ts.createSourceFile(name, readFileSync(new URL(name, SCRIPT), 'utf8'), ts.ScriptTarget.Latest, true);
    const line = position => file.getLineAndCharacterOfPosition(position).line;
    const visit = node => {
      if (ts.isFunctionLike(node) && node.body) {
        functions++;
        const lines = line(node.body.getEnd()) - line(node.body.getStart()) + 1;
        assert.ok(lines <= BODY, `${name}: ${node.name?.getText() ?? 'a function'} has ${lines} lines`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  assert.ok(functions > 100);
});
