const RETURN = 120_000; // how long a server that stopped is expected back
const SPREAD = 1_000; // shortest time over which lines come back

/**
 * How long to wait before the next attempt: 250 ms and a random part whose limit doubles up to 30 s, if the page does not
 * say otherwise.
 * The whole part is random, so that the pages of a restarted server do not come back as one wave. A server that stops
 * says over how long its lines come back: `spread`, 1 ms for each line it has, 2 s at least and its drain window (30 s) at
 * most. Pages that somebody looks at keep to that for two minutes and do not slow down, so they are there at most `spread`
 * and 250 ms after the server is: 2.25 s with 1 or 1,000 lines, 30.25 s with 100,000.
 * Internal.
 */
export class Backoff {
  #random;
  #min;
  #max;
  #tries = 0;
  #return = null; // { at, spread }: since when the server is away that said how its lines come back

  /** @param {{min?: number, max?: number}} [bounds] in ms */
  constructor(random, { min = 250, max = 30_250 } = {}) {
    this.#random = random;
    this.#min = Math.min(min, max);
    this.#max = max - this.#min;
  }

  /** @param {boolean} watched whether somebody looks at the page */
  next(now, watched) {
    const back = watched && this.#return;
    if (back && Math.abs(now - back.at) < RETURN) return this.within(Math.max(SPREAD, back.spread));
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
   * A bye's delay counts from the bye: a server that drains closes when it is over, one that is busy closes at once. Where
   * it tells a spread, the delay is a random part of that already.
   *
   * @param {{code: number, bye: ?{code: number, at: number, delay: (number|undefined), spread: (number|undefined)}}} end
   *     of a line; times in ms
   * @returns {number|undefined} ms to wait; undefined if the server left it to us
   */
  told({ code, bye }, now) {
    if (bye?.spread !== undefined) this.#return = { at: now, spread: bye.spread };
    // A clock that was set back makes no wait longer than it was told.
    const left = bye?.delay === undefined ? 0 : Math.min(bye.delay, bye.at + bye.delay - now);
    // A server that dies while it drains keeps nobody waiting.
    if (left <= 0 || (bye.code === 4000 && code !== 4000)) return undefined;
    const window = bye.spread === undefined && (bye.code === 1001 || bye.code === 1012);
    return window ? this.within(left) : this.after(left);
  }

  reset() {
    this.#return = null;
    this.#tries = 0;
  }
}
