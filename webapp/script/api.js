import { within } from './clock.js';
import { Credentials } from './credentials.js';

/**
 * What the page asks the server by HTTP, beside the line.
 * Internal.
 */
export class Api {
  #clock;
  #fetch;
  #credentials;
  #limit;
  #addressOf;

  /**
   * @param {function|undefined} fetch
   * @param {number} limit how long an answer may take, in ms
   * @param {function(string):string} addressOf the address of a path of the server
   */
  constructor(clock, fetch, credentials, limit, addressOf) {
    this.#clock = clock;
    this.#fetch = fetch;
    this.#credentials = credentials;
    this.#limit = limit;
    this.#addressOf = addressOf;
  }

  /** @returns {Promise<{users: string[], count: number, position: string}>} rejected with an Error that has `status` */
  async presence(channel) {
    const response = await this.#get(`api/presence?channel=${encodeURIComponent(channel)}`);
    if (response.status === 200) return response.json();
    const { status } = response;
    throw Object.assign(new Error(`who is in ${channel} is not told: ${status}`), { status });
  }

  async #get(path) {
    const fetch = this.#fetch;
    if (!fetch) throw new Error('there is no fetch here: pass options.fetch');
    const headers = Credentials.headers(await this.#credentials.fresh());
    const request = { cache: 'no-store', credentials: 'include', headers };
    return within(this.#limit, this.#clock, fetch(this.#addressOf(path), request));
  }
}
