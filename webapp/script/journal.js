import { attempt } from './browser.js';

const KEPT = 50; // the newest ones, for a snapshot

/**
 * What happened to the line, for support: the newest entries are kept, and each is told to the page's own log.
 * No entry has a token or the data of a publication in it.
 * Internal.
 */
export class Journal {
  #clock;
  #log;
  #entries = [];

  /** @param {?function(string, object)} log options.log */
  constructor(clock, log) {
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * @param {string} what one word
   * @param {object} detail what JSON can say
   */
  note(what, detail) {
    this.#entries.push({ time: this.#clock.now(), what, detail });
    if (this.#entries.length > KEPT) this.#entries.shift();
    if (this.#log) attempt(this.#log, what, detail);
  }

  /** @type {object[]} oldest first */
  get entries() {
    return this.#entries.map(entry => ({ ...entry }));
  }
}
