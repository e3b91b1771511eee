import { caughtUpOrNew, divider, earlierEntry, gapEntry, lostEntry } from './entries.js';
import { byId, plural, put } from './words.js';

const KEPT = 200;
const ONE_CAUSE = 10_000; // ms; gaps of one line within this have one cause, and get one card

/** What arrives, newest on top, the last 200. What was published before the page was opened has a place of its own below. */
export class Feed {
  #list = byId('feed');
  #divider = divider();
  #earlier = []; // { time, entry } from before the page was opened, newest first
  #waiting = []; // makers of entries not yet drawn, oldest first, never more than are kept
  #news = 0; // messages not yet told to screen readers
  #telling;
  #frame = null;
  #gap = null; // the card that takes in further gaps: { channels, reasons, at, line, entry }

  constructor() {
    byId('clear').addEventListener('click', () => this.#clear());
  }

  /** @param {{channel, tone, offset, data, time?: number, missed: boolean}} message `time` in ms since 1970 */
  add(message) {
    this.#news++;
    const at = new Date();
    this.#put(() => caughtUpOrNew(message, at));
    // One sentence a second: a burst read out one by one would never end.
    this.#telling ??= setTimeout(() => this.#tell(), 1_000);
  }

  /** @param {{channel, tone, offset, data, time: number}[]} messages from before the page was opened */
  addEarlier(messages) {
    if (messages.length === 0) return;
    this.#earlier.push(...messages.map(message => ({ time: message.time, entry: earlierEntry(message) })));
    this.#earlier.sort((a, b) => b.time - a.time);
    this.#list.append(this.#divider, ...this.#earlier.map(({ entry }) => entry));
    this.#shown();
  }

  /**
   * After a restart all channels tell theirs, not always at once and not always for the same reason: one card takes them all.
   *
   * @returns {boolean} whether it is a new card
   */
  gap({ channel, reason, line }) {
    const now = performance.now();
    const same = this.#gap !== null && this.#gap.line === line && now - this.#gap.at < ONE_CAUSE;
    if (!same) {
      const gap = { channels: new Set(), reasons: new Set(), line, at: now, entry: null };
      this.#gap = gap;
      this.#put(() => (gap.entry = gapEntry(gap, new Date())));
    }
    this.#gap.channels.add(channel);
    this.#gap.reasons.add(reason);
    if (this.#gap.entry) {
      const fresh = gapEntry(this.#gap, new Date());
      this.#gap.entry.replaceWith(fresh);
      this.#gap.entry = fresh;
    }
    put('announce', 'Messages may be missing.');
    return !same;
  }

  /** A channel, or the line, refused something. */
  lost(channel, words) {
    this.#put(() => lostEntry(channel, words));
  }

  /** A burst is drawn once per frame; what would be pushed out at once is never made. */
  #put(make) {
    this.#waiting.push(make);
    if (this.#waiting.length > KEPT) this.#waiting.shift();
    this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#frame = null;
    const entries = this.#waiting.splice(0).map(make => make());
    this.#list.prepend(...entries.reverse());
    while (this.#list.childElementCount > KEPT) this.#list.lastElementChild.remove();
    this.#shown();
  }

  #shown() {
    this.#list.hidden = false;
    byId('empty').hidden = true;
    byId('clear').hidden = false;
  }

  #tell() {
    this.#telling = undefined;
    put('announce', plural(this.#news, 'new message'));
    this.#news = 0;
  }

  #clear() {
    this.#list.replaceChildren();
    this.#earlier = [];
    this.#list.hidden = true;
    byId('empty').hidden = false;
    byId('clear').hidden = true;
    byId('feed-title').focus();
  }
}
