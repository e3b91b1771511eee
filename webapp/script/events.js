import { attempt } from './browser.js';

/**
 * Who listens to what. A listener that throws is reported, and the others still hear.
 * Internal.
 */
export class Events {
  #listeners = new Map();

  /** @returns {function()} takes the listener off again */
  on(name, fn) {
    if (typeof fn !== 'function') throw new TypeError(`listener of '${name}' must be a function: ${fn}`);
    const entry = { fn };
    const entries = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, entries.add(entry));
    return () => void entries.delete(entry);
  }

  /** @returns {boolean} whether anybody listened */
  emit(name, ...args) {
    const entries = [...(this.#listeners.get(name) ?? [])];
    for (const { fn } of entries) attempt(fn, ...args);
    return entries.length > 0;
  }
}
