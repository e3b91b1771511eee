import { byId, plural, span } from './words.js';

/** When the server's heart last beat, and when it is due again. */
export class Heartbeat {
  #beats = 0;
  #lastAt = null;
  #spokeAt = null; // when the page last said a word of its own; the server beats when it has heard none for long enough
  #quiet = null; // ms of quiet after which the last beat came
  #live = false;

  constructor() {
    setInterval(() => this.#show(), 250);
  }

  set live(live) {
    if (live && !this.#live) this.#spokeAt = performance.now();
    this.#live = live;
    this.#show();
  }

  /** The page asked something. */
  spoke() {
    this.#spokeAt = performance.now();
  }

  beat() {
    const now = performance.now();
    this.#quiet = now - this.#spokeAt;
    this.#beats++;
    this.#lastAt = this.#spokeAt = now; // a beat is answered at once
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
    if (this.#lastAt !== null) byId('beat-age').textContent = `${span(performance.now() - this.#lastAt)} ago`;
    byId('beat-note').textContent = this.#note();
  }

  #note() {
    if (this.#quiet === null) return 'The server beats when the line has been quiet, by default for 25 s.';
    const counted = `${plural(this.#beats, 'beat')}, the last after ${span(this.#quiet)} of quiet.`;
    if (!this.#live) return `${counted} No line, no beats.`;
    if (byId('often').checked) return `${counted} None is needed while the page keeps asking.`;
    const left = this.#spokeAt + this.#quiet - performance.now();
    return left > 0 ? `${counted} Next in ${span(left)}.` : `${counted} Next any moment.`;
  }
}
