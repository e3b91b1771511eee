/**
 * How long to wait before the next attempt: 250 ms and a random part whose limit doubles up to 30 s, if the page does not
 * say otherwise.
 * The whole part is random, so that the pages of a restarted server do not come back as one wave.
 * Internal.
 */
export class Backoff {
  #random;
  #min;
  #max;
  #tries = 0;

  /** @param {{min?: number, max?: number}} [bounds] in ms */
  constructor(random, { min = 250, max = 30_250 } = {}) {
    this.#random = random;
    this.#min = Math.min(min, max);
    this.#max = max - this.#min;
  }

  next() {
    return this.#min + this.#random() * Math.min(this.#max, 4 * this.#min * 2 ** this.#tries++);
  }

  /** A delay the server told, with a little of our own so that equal delays do not meet. */
  after(delay) {
    return delay + this.#random() * Math.min(1_000, 250 + delay / 10);
  }

  /** Anywhere in a window the server told. */
  within(window) {
    return 250 + this.#random() * window;
  }

  /**
   * A bye's delay counts from the bye: a server that drains closes when it is over, one that is busy closes at once.
   *
   * @returns {number|undefined} ms to wait; undefined if the server left it to us
   */
  told({ code, bye }, now) {
    // A clock that was set back makes no wait longer than it was told.
    const left = bye?.delay === undefined ? 0 : Math.min(bye.delay, bye.at + bye.delay - now);
    // A server that dies while it drains keeps nobody waiting.
    if (left <= 0 || (bye.code === 4000 && code !== 4000)) return undefined;
    return bye.code === 1001 || bye.code === 1012 ? this.within(left) : this.after(left);
  }

  reset() {
    this.#tries = 0;
  }
}
