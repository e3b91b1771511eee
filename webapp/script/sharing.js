import { Line } from './line.js';

/** The lines of this page that others may join, each with its users. */
const lines = [];

/** What must be the same for two to share a line; of all else, what the first one said holds. */
const SURROUNDINGS = ['WebSocket', 'EventSource', 'fetch', 'env', 'storage', 'random', 'setTimeout', 'clearTimeout', 'now'];

/** Any two functions that fetch tokens are taken to fetch those of the same user. */
const tokenIn = ({ token }) => (typeof token === 'function' ? 'fetched' : (token ?? null));

/**
 * One line and those who share it: a page has one for each address, since two would take the seat from each other.
 * The last one who leaves closes it.
 * Internal.
 */
export class Sharing {
  #url;
  #options;
  #users = new Set();

  constructor(url, options) {
    this.#url = url;
    this.#options = options;
    this.line = new Line(url, options);
  }

  /** @returns {Sharing} a present one, or a new one */
  static of(url, options) {
    return Sharing.#present(url, options) ?? new Sharing(url, options);
  }

  static #present(url, options) {
    return lines.find(other => other.#fits(url, options));
  }

  #fits(url, options) {
    const mine = this.#options;
    if (url !== this.#url || options.shared === false || mine.shared === false) return false;
    return tokenIn(options) === tokenIn(mine) && SURROUNDINGS.every(name => options[name] === mine[name]);
  }

  /** @returns {Sharing} this one, unless nobody uses it and there is another one meanwhile */
  get again() {
    return this.#users.size > 0 ? this : (Sharing.#present(this.#url, this.#options) ?? this);
  }

  /** @param {Events} events of the one who enters; what happens is told there */
  enter(events) {
    if (this.#users.size === 0) lines.push(this);
    this.#users.add(events);
    this.line.events.add(events);
  }

  /** @returns {boolean} whether the line goes on, for others; otherwise the one who leaves has it to close */
  leave(events) {
    this.#users.delete(events);
    if (this.#users.size === 0) lines.splice(lines.indexOf(this), 1);
    else this.line.events.delete(events);
    return this.#users.size > 0;
  }
}
