import { byId, element, plural, sentence } from './words.js';

const KEPT = 200;

const GAPS = {
  trimmed: 'The server keeps a limited past, and what came next has left it.',
  epoch: 'The channel has begun anew on the server.',
  diverged: 'The server’s log was set back, so it holds other publications now.',
  unknown: 'The server does not know how far this page has read.',
};

/** What arrives, newest on top, the last 200. */
export class Feed {
  #list = byId('feed');
  #waiting = []; // entries not yet drawn, oldest first, never more than are kept
  #news = 0; // publications not yet told to screen readers
  #telling;
  #frame = null;
  #gap = null; // the gap not yet drawn, which takes in further channels

  constructor() {
    byId('clear').addEventListener('click', () => this.#clear());
  }

  add(publication) {
    this.#news++;
    this.#put(() => publicationEntry(publication));
    // One sentence a second: a burst read out one by one would never end.
    this.#telling ??= setTimeout(() => this.#tell(), 1_000);
  }

  gap({ channel, reason }) {
    // After a restart all channels tell theirs at once.
    if (this.#gap?.reason === reason) this.#gap.channels.push(channel);
    else this.#openGap({ reason, channels: [channel] });
  }

  /** A channel, or the line, refused something. */
  lost({ channel, message }) {
    this.#put(() => lostEntry(channel, message));
  }

  #openGap(gap) {
    this.#gap = gap;
    this.#put(() => gapEntry(gap));
  }

  /** A burst is drawn once per frame; what would be pushed out at once is never made. */
  #put(make) {
    const at = new Date();
    this.#waiting.push(() => stamped(make(), at));
    if (this.#waiting.length > KEPT) this.#waiting.shift();
    this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#frame = null;
    if (this.#gap) byId('announce').textContent = `Gap in ${this.#gap.channels.join(', ')}`;
    this.#gap = null;
    const entries = this.#waiting.splice(0).map(make => make());
    this.#list.prepend(...entries.reverse());
    while (this.#list.childElementCount > KEPT) this.#list.lastElementChild.remove();
    this.#list.hidden = false;
    byId('empty').hidden = true;
    byId('clear').hidden = false;
  }

  #tell() {
    this.#telling = undefined;
    byId('announce').textContent = plural(this.#news, 'new publication');
    this.#news = 0;
  }

  #clear() {
    this.#list.replaceChildren();
    this.#list.hidden = true;
    byId('empty').hidden = false;
    byId('clear').hidden = true;
    byId('feed-title').focus();
  }
}

function publicationEntry({ channel, tone, offset, data }) {
  const entry = element('li', `new tone-${tone}`);
  entry.append(about(channel, offset === undefined ? [] : [`offset ${offset}`]), body(data));
  return entry;
}

function about(channel, words) {
  const head = element('p', 'about');
  head.append(element('span', 'channel', channel), ...words.map(word => element('span', '', word)), element('time'));
  return head;
}

/** Text as text, anything else as its JSON. */
function body(data) {
  if (typeof data === 'string') return element('p', 'text', data === '' ? '(empty text)' : data);
  const block = element('pre', 'json');
  block.append(element('code', '', JSON.stringify(data, null, 2)));
  return block;
}

function gapEntry({ channels, reason }) {
  const entry = element('li', 'gap new');
  const reload = element('button', 'button quiet', 'Reload');
  reload.type = 'button';
  reload.addEventListener('click', () => location.reload());
  entry.append(
    element('strong', '', `Gap in ${channels.join(', ')}`),
    element('p', '', `${GAPS[reason] ?? sentence(reason ?? 'Something was missed')} What this page shows may be older than what is. A page of your own would fetch its state anew now; publications go on from here.`),
    element('p', 'about', `reason ${reason ?? 'not told'}`),
    reload,
  );
  entry.querySelector('.about').append(element('time'));
  return entry;
}

function lostEntry(channel, message) {
  const entry = element('li', 'gap new');
  entry.append(element('strong', '', channel ? `Not reading ${channel}` : 'Something went wrong'), element('p', '', sentence(message)));
  return entry;
}

function stamped(entry, at) {
  const time = entry.querySelector('time');
  if (time) {
    time.dateTime = at.toISOString();
    time.textContent = `arrived ${at.toLocaleTimeString('en-GB')}.${String(at.getMilliseconds()).padStart(3, '0')}`;
  }
  return entry;
}
