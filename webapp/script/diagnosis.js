import { WHY_BLOCKED } from './codes.js';

/**
 * Why no attempt opens, as far as a page can find out: browsers tell nothing but 1006, so the server is asked by HTTP.
 * Internal.
 */
export class Diagnosis {
  #whoami;
  #clock;
  #answer = null; // { status, why, delay?, at }; null if not known
  #blocked = 0; // attempts in a row that the browser itself refused

  /** Attempts in a row that never opened. */
  unopened = 0;

  /** @param {Whoami} whoami */
  constructor(clock, whoami) {
    this.#clock = clock;
    this.#whoami = whoami;
  }

  opened() {
    this.unopened = this.#blocked = 0;
    this.#answer = null;
  }

  ended({ opened, blocked }) {
    if (!opened) this.unopened++;
    this.#blocked = blocked ? this.#blocked + 1 : 0;
  }

  forget() {
    this.#answer = null;
  }

  /** @type {boolean} whether the server, asked by HTTP, answered as it does to those whom it serves */
  get httpWorks() {
    return this.#answer?.status === 200;
  }

  /** @type {number|undefined} how long a busy server wants to be left alone, in ms */
  get delay() {
    const { at, delay } = this.#answer ?? {};
    if (delay === undefined) return undefined;
    const left = Math.min(delay, at + delay - this.#clock.now()); // the clock may have been set back
    return left > 0 ? left : undefined;
  }

  /** @returns {object} what a listener to the state is told */
  shown() {
    if (this.#blocked >= 3) return { blocked: true, why: WHY_BLOCKED };
    return this.#answer ? { status: this.#answer.status, why: this.#answer.why } : {};
  }

  /**
   * Asks after the 1st, 3rd and every 5th attempt that never opened.
   *
   * @returns {Promise<boolean>} whether there is an answer to go by
   */
  async ask(token) {
    const count = this.unopened;
    if (count !== 1 && count !== 3 && count % 5 !== 0) return false;
    const answer = await this.#whoami.ask(token);
    if (!answer || this.unopened === 0) return false; // or it opened meanwhile
    this.#answer = { ...answer, at: this.#clock.now() };
    return true;
  }

  /** @returns {Promise<boolean>} whether the server does not know the user any more */
  async asksWhetherLoggedOut(user, token) {
    const answer = await this.#whoami.ask(token);
    return answer?.status === 401 || (answer?.status === 200 && user !== null && answer.user !== user);
  }
}
