import { tokenOf } from './options.js';

/**
 * The token by which the server knows the user: given once, or fetched by a function of the page.
 * Internal.
 */
export class Credentials {
  #waits;
  #given;
  #limit;
  #renewing = false;
  #tried = new Set(); // codes whose one immediate retry is used up

  /** @type {?string} the token of the present attempt; null if there is none, or it is not fetched yet */
  token = null;

  /**
   * @param {?(string|function():(string|Promise<string>))} given
   * @param {number} limit how long a fetch may take, in ms
   */
  constructor(waits, given, limit) {
    this.#waits = waits;
    this.#given = given;
    this.#limit = limit;
    if (!this.areFetched) this.token = given ?? null;
  }

  /** @type {boolean} whether a function of the page brings them, and can bring fresh ones */
  get areFetched() {
    return typeof this.#given === 'function';
  }

  /** @returns {Promise<?string>} a token of now; it is not kept */
  async fresh() {
    return this.areFetched ? tokenOf(await this.#waits.within(this.#limit, this.#given())) : this.token;
  }

  /** @returns {Promise<?string>} a token that differs from the present one; null if there is none, or one is fetched already */
  async renewed() {
    if (!this.areFetched || this.#renewing) return null;
    this.#renewing = true;
    try {
      const token = await this.fresh();
      return token && token !== this.token ? token : null;
    } finally {
      this.#renewing = false;
    }
  }

  /** @returns {boolean} whether a fresh token is worth an attempt at once: one for each code, until a line has lived */
  renewAfter(code) {
    if ((code !== 4001 && code !== 4504) || !this.areFetched) return false;
    const first = !this.#tried.has(code);
    this.#tried.add(code);
    return first;
  }

  /** A line has lived, or the page begins anew. */
  forgive() {
    this.#tried.clear();
  }

  /** @returns {object} what a request by HTTP carries besides the cookies */
  static headers(token) {
    return token ? { Authorization: `Bearer ${token}` } : {};
  }
}

/** @returns {{code: string, message: string}} what the page is told */
export function noToken(error) {
  return { code: 'token', message: `no token: ${error?.message ?? error}` };
}
