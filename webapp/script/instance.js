import { freshName } from './names.js';

const NAME_KEPT = 10_000; // a reload takes up the name within this; later the tab, or a copy of it, makes a new one

/**
 * The name of this tab, the same over reloads, never that of another tab.
 *
 * While in use it is kept out of sessionStorage and put back on pagehide. Browsers copy sessionStorage when a tab is
 * duplicated or opened by window.open; the copy finds no name there and makes its own. A reload finds it again.
 * Unlike a lock or a question to other tabs this costs no waiting and needs no secure context. A crashed or
 * discarded tab loses its name, which is harmless: its old line is dead.
 *
 * A tab may be copied while it shows a page without a line. Then both tabs could take the name, so it holds only as
 * long as a reload takes, and a page that was put away and comes back makes a new one: it has closed its line.
 * Internal.
 */
export class Instance {
  #clock;
  #storage;
  #key;

  /** @type {string} */
  id;

  constructor(clock, storage, key) {
    this.#clock = clock;
    this.#storage = storage;
    this.#key = key;
    this.take();
  }

  take() {
    const kept = this.#kept();
    this.id = this.id ?? kept ?? freshName();
  }

  /** The page comes back from the back/forward cache: another one may have taken the name meanwhile. */
  takeAnother() {
    this.#kept();
    this.id = freshName();
  }

  giveBack() {
    this.#try(storage => storage.setItem(this.#key, `${this.id} ${this.#clock.now()}`));
  }

  /** @returns {string|undefined} what was given back just now; it is there for one page only */
  #kept() {
    const [id, at] = this.#try(storage => storage.getItem(this.#key))?.split(' ') ?? [];
    this.#try(storage => storage.removeItem(this.#key));
    return Math.abs(this.#clock.now() - Number(at)) <= NAME_KEPT ? id : undefined;
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
