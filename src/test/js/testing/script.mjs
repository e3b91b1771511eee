// The page script, as the tests take it: its modules, or what HEARTLINE_SCRIPT names of the joined files.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = new URL('../../../../', import.meta.url).pathname;
const FORM = process.env.HEARTLINE_SCRIPT ?? 'modules';

/** @returns {string} a folder with the joined files, made by the build's own program */
export function joinedFolder() {
  if (process.env.HEARTLINE_JOINED) return process.env.HEARTLINE_JOINED;
  const folder = mkdtempSync(join(tmpdir(), 'heartline-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  joinInto(join(ROOT, 'webapp'), folder, '1.2.3');
  process.env.HEARTLINE_JOINED = folder;
  return folder;
}

/** @throws with the program's words if it refuses */
export function joinInto(from, to, version) {
  execFileSync('java', [join(ROOT, 'src/build/java/JoinPageScript.java'), from, to, version], { stdio: 'pipe' });
}

/** @returns {string} the text of a joined file */
export const joinedFile = name => readFileSync(join(joinedFolder(), name), 'utf8');

async function load() {
  if (FORM === 'modules') return import(pathToFileURL(join(ROOT, 'webapp/script/index.js')));
  const file = join(joinedFolder(), FORM);
  return FORM.endsWith('.mjs') ? import(pathToFileURL(file)) : createRequire(import.meta.url)(file);
}

export const { Heartline, heartCheck } = await load();
