import { Waits } from './clock.js';
import { Credentials } from './credentials.js';

/**
 * What the page asks the server by HTTP, beside the line.
 * Internal.
 */
export class Api {
  #waits;
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
    this.#waits = new Waits(clock);
    this.#fetch = fetch;
    this.#credentials = credentials;
    this.#limit = limit;
    this.#addressOf = addressOf;
  }

  /** @returns {Promise<{users: string[], count: number, position: string}>} rejected with an Error that has `status` */
  async presence(channel) {
    const response = await this.#get('api/presence', { channel });
    if (response.status === 200) return response.json();
    const { status } = response;
    throw Object.assign(new Error(`who is in ${channel} is not told: ${status}`), { status });
  }

  /**
   * @param {{after?: string, last?: number, limit?: number}} past
   * @returns {Promise<object>} as the server answers; rejected with an Error that has `status`
   */
  async history(channel, past) {
    const response = await this.#get('api/history', { channel, ...past });
    const { status } = response;
    const answer = await response.json().catch(() => ({}));
    if (status === 200) return answer;
    const why = answer.error?.message ?? `the server answers ${status}`;
    throw Object.assign(new Error(`the history of ${channel} is not told: ${why}`), { status });
  }

  async #get(path, query) {
    const fetch = this.#fetch;
    if (!fetch) throw new Error('there is no fetch here: pass options.fetch');
    const headers = Credentials.headers(await this.#credentials.fresh());
    const request = { cache: 'no-store', credentials: 'include', headers };
    const text = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
    return this.#waits.within(this.#limit, fetch(`${this.#addressOf(path)}?${text}`, request));
  }
}
