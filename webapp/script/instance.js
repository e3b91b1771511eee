import { freshName } from './names.js';

/**
 * The name of this tab, the same over reloads, never that of another tab.
 *
 * While in use it is kept out of sessionStorage and put back on pagehide. Browsers copy sessionStorage when a tab is
 * duplicated or opened by window.open; the copy finds no name there and makes its own. A reload finds it again.
 * Unlike a lock or a question to other tabs this costs no waiting and needs no secure context. A crashed or
 * discarded tab loses its name, which is harmless: its old line is dead.
 * Internal.
 */
export class Instance {
  #storage;
  #key;

  /** @type {string} */
  id;

  constructor(storage, key) {
    this.#storage = storage;
    this.#key = key;
    this.take();
  }

  take() {
    const kept = this.#try(storage => storage.getItem(this.#key));
    this.#try(storage => storage.removeItem(this.#key));
    this.id = this.id ?? kept ?? freshName();
  }

  giveBack() {
    this.#try(storage => storage.setItem(this.#key, this.id));
  }

  /** Storage may be missing, forbidden or full; the name then lives as long as the page. */
  #try(fn) {
    try {
      return fn(this.#storage) ?? undefined;
    } catch {
      return undefined;
    }
  }
}
