// Shows one chapter of the documentation: docs.html?pages shows docs/pages.md. The chapters come with the WAR, so
// they are those of the version that runs here.

import { render } from './markdown.js';
import { byId, element } from './words.js';

const name = location.search.slice(1) || 'index';
const chapter = byId('chapter');

/** @returns {?string} where a link of a chapter leads on this page; null if that is not part of the WAR */
function address(link) {
  if (/^(https?:|#)/.test(link)) return link;
  const [, file, part = ''] = /^(?:(?:\.\.\/)+|src\/site\/markdown\/)?([A-Za-z0-9-]+)\.md(#.*)?$/.exec(link) ?? [];
  return file === undefined ? null : `docs.html?${file}${part}`;
}

async function show() {
  const answer = /^[A-Za-z0-9-]+$/.test(name) ? await fetch(`docs/${name}.md`).catch(() => null) : null;
  if (!answer?.ok) {
    chapter.replaceChildren(element('h1', '', 'No such chapter'), element('p', '', answer || !navigator.onLine ? `There is no chapter “${name}”.` : 'The server cannot be reached.'));
    return;
  }
  chapter.replaceChildren(...render(await answer.text(), address));
  document.title = `${chapter.querySelector('h1')?.textContent ?? name} – Heartline`;
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

show();
