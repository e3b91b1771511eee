import { byId, plural, put, span } from './words.js';

/** When the server's heart last beat. */
export class Heartbeat {
  #beats = 0;
  #lastAt = null;
  #between = null; // ms between the last two beats of one line
  #live = false;

  constructor() {
    setInterval(() => document.hidden || this.#show(), 250);
  }

  set live(live) {
    this.#live = live;
    if (!live) this.#between = null;
    this.#show();
  }

  beat() {
    const now = performance.now();
    if (this.#lastAt !== null && this.#live) this.#between = now - this.#lastAt;
    this.#beats++;
    this.#lastAt = now;
    this.#pulse();
    this.#show();
  }

  #pulse() {
    const heart = document.querySelector('.heart');
    heart.classList.remove('beating');
    heart.getBoundingClientRect(); // without a layout in between, the animation would not start again
    heart.classList.add('beating');
  }

  #show() {
    if (this.#lastAt === null) return;
    put('beat-age', `${span(performance.now() - this.#lastAt)} ago`);
    const last = this.#between === null ? '' : `, the last two ${span(this.#between)} apart`;
    put('beat-note', `${plural(this.#beats, 'beat')}${last}`);
    byId('beat-age').classList.toggle('old', !this.#live);
  }
}
