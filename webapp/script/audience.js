/**
 * All who share a line, each with listeners of their own.
 * Internal.
 */
export class Audience {
  #all = new Set();

  add(events) {
    this.#all.add(events);
  }

  delete(events) {
    this.#all.delete(events);
  }

  /** @returns {boolean} whether anybody listens */
  emit(name, ...args) {
    return [...this.#all].map(events => events.emit(name, ...args)).includes(true);
  }
}
