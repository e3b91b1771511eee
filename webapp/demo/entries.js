// What the feed shows, one function for each kind of entry. Whatever was published is shown as text, never read as markup.

import { element, moment, sentence } from './words.js';

const GAPS = {
  trimmed: 'The server keeps a limited past, and part of what this page missed is no longer in it.',
  epoch: 'The server came back without its earlier messages, so nobody can tell what this page missed.',
  diverged: 'The server was set back to an older copy of its messages.',
  unknown: 'The server does not know how far this page had read.',
};

/** Since when a message has been there: told by the server if it says so, else when it arrived here. */
export function caughtUpOrNew({ channel, tone, offset, data, time, missed }, arrived) {
  const entry = element('li', `new tone-${tone}`);
  const words = [...(missed ? ['caught up'] : []), ...offsetWords(offset)];
  entry.append(about(channel, words, time === undefined ? arrived : new Date(time)), body(data));
  return entry;
}

export function earlierEntry({ channel, tone, offset, data, time }) {
  const entry = element('li', `earlier tone-${tone}`);
  entry.append(about(channel, offsetWords(offset), new Date(time)), body(data));
  return entry;
}

/** Stands between what arrived here and what was there before. */
export function divider() {
  return element('li', 'divider', 'From before you opened this page');
}

/** @param {{channels: Set<string>, reasons: Set<string>}} gap */
export function gapEntry({ channels, reasons }, at) {
  const entry = element('li', 'gap new');
  const why = [...reasons].map(reason => GAPS[reason] ?? sentence(reason ?? 'Something was missed'));
  const reload = element('button', 'button quiet', 'Reload this page');
  reload.type = 'button';
  reload.addEventListener('click', () => location.reload());
  entry.append(
    element('strong', '', `Messages may be missing in ${[...channels].join(', ')}`),
    element('p', '', why.join(' ')),
    element('p', '', 'What to do: load your data anew. In your own page, do that in the listener for “gap”. From here on nothing is missing.'),
    reload,
    stamp(at),
  );
  return entry;
}

/** @param {?string} channel null if it was the line's own trouble */
export function lostEntry(channel, words) {
  const entry = element('li', 'gap new');
  entry.append(element('strong', '', channel ? `Not reading ${channel}` : 'Something went wrong'), element('p', '', words));
  return entry;
}

const offsetWords = offset => (offset === undefined ? [] : [`offset\u00a0${offset}`]);

function about(channel, words, at) {
  const head = element('p', 'about');
  head.append(element('span', 'channel', channel), ...words.map(word => element('span', word === 'caught up' ? 'tag' : '', word)), stamp(at));
  return head;
}

function stamp(at) {
  const time = element('time', '', moment(at));
  time.dateTime = at.toISOString();
  return time;
}

/** Text as text, anything else as its JSON. */
function body(data) {
  if (typeof data === 'string') return element('p', 'text', data === '' ? '(empty text)' : data);
  const block = element('pre', 'json');
  block.append(element('code', '', JSON.stringify(data, null, 2)));
  return block;
}
