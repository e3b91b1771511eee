import { attempt } from './browser.js';

/**
 * Who listens to what. A listener that throws is reported, and the others still hear. What happens while listeners are
 * told is told after it, so that each hears everything in order.
 * Internal.
 */
export class Events {
  #listeners = new Map();
  #untold = []; // what happened and was not told to everybody yet
  #telling = false;

  /** @param {...string} names all that one can listen to */
  constructor(...names) {
    for (const name of names) this.#listeners.set(name, new Set());
  }

  /** @returns {function()} takes the listener off again */
  on(name, fn) {
    const entries = this.#listeners.get(name);
    if (!entries) throw new TypeError(`event must be one of ${[...this.#listeners.keys()].join(', ')}: ${String(name)}`);
    if (typeof fn !== 'function') throw new TypeError(`listener of '${name}' must be a function: ${String(fn)}`);
    const entry = { fn };
    entries.add(entry);
    return () => void entries.delete(entry);
  }

  /** @returns {function()} takes the listener off before it heard anything */
  once(name, fn) {
    const off = this.on(name, (...args) => {
      off();
      fn(...args);
    });
    return off;
  }

  /** @returns {boolean} whether anybody listens */
  emit(name, ...args) {
    const entries = this.#listeners.get(name);
    const heard = entries.size > 0;
    this.#untold.push([entries, args]);
    if (!this.#telling) this.#tell();
    return heard;
  }

  #tell() {
    this.#telling = true;
    for (let next; (next = this.#untold.shift()); ) {
      const [entries, args] = next;
      for (const entry of [...entries]) if (entries.has(entry)) attempt(entry.fn, ...args);
    }
    this.#telling = false;
  }
}
