import { told } from './times.js';
import { WHY_HTTP } from './codes.js';
import { Credentials } from './credentials.js';

const WHOAMI = 5_000;

/**
 * Asks the server by HTTP why it does not want a line: browsers tell a page nothing but 1006.
 * Internal.
 */
export class Whoami {
  #waits;
  #clock;
  #fetch;
  #url;

  constructor(waits, clock, fetch, url) {
    this.#waits = waits;
    this.#clock = clock;
    this.#fetch = fetch;
    this.#url = url;
  }

  /**
   * @returns {Promise<?{status: number, why: string, user: (?string|undefined), delay: (number|undefined)}>} `user` as
   *     the server knows us, null if it does not; `delay` how long a server that is busy wants to be left alone, in
   *     ms; null if HTTP gave no answer either, or there is no fetch
   */
  async ask(token) {
    const fetch = this.#fetch;
    if (!fetch) return null;
    const abort = new AbortController();
    const headers = Credentials.headers(token);
    const request = { cache: 'no-store', credentials: 'include', headers, signal: abort.signal };
    try {
      return await this.#waits.within(WHOAMI, fetch(this.#url, request).then(response => this.#read(response)));
    } catch {
      return null;
    } finally {
      abort.abort(); // an answer that is late is of no interest
    }
  }

  async #read(response) {
    const { status, headers } = response;
    const user = status === 200 ? (await response.json()).user : undefined;
    const busy = status === 429 || status === 503;
    const delay = busy ? this.#retryAfter(headers.get('Retry-After')) : undefined;
    const why = WHY_HTTP[status] ?? (status < 300 ? WHY_HTTP[200] : `the server answers ${status}`);
    return { status, why, user, delay };
  }

  /** @returns {number|undefined} seconds or a date, in ms from now */
  #retryAfter(header) {
    if (!header) return undefined;
    return told(/^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - this.#clock.now());
  }
}
