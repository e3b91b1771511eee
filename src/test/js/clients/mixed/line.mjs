// What all clients of the mix share: how they report, and how they come back.

const SILENCE = 5_000; // the server beats every second, and is frozen for four at most; in ms

export const TRANSPORTS = ['websocket', 'xhr-streaming', 'eventsource', 'xhr-polling'];

let state;

/** @param {number} seed of all waits */
export function begin(seed) {
  state = seed >>> 0;
}

/** A whole number below a limit: the generator is mulberry32. */
export function random(limit) {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
}

export function told(client, kind, ...fields) {
  console.log([client, kind, fields.join('\t')].join('\t'));
}

export const offsetOf = position => Number(position.split(':')[1]);

/** One line of a client. It is over when its connection is, or when nothing has been heard for too long. */
class Line {
  isOpen = true;
  #timer;
  #let = [];
  #again;

  constructor(again) {
    this.#again = again;
    this.heard();
  }

  heard() {
    if (!this.isOpen) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.over(), SILENCE);
  }

  /** What is to be let go of at the end. */
  with(end) {
    if (this.isOpen) this.#let.push(end);
    else end();
  }

  over() {
    if (!this.isOpen) return;
    this.isOpen = false;
    clearTimeout(this.#timer);
    this.#let.forEach(end => end());
    this.#again();
  }
}

/** Opens a line, and another one whenever it is over. */
export function live(open) {
  open(new Line(() => setTimeout(live, 100 + random(300), open)));
}
