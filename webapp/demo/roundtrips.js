import { byId, millis, put } from './words.js';

const KEPT = 40;
const SETTLE = 800; // ms; a page that has just opened, or catches up, is slow itself, and that would be measured too
const AFTER_BEAT = 1_300; // ms; so that the trace shows the two apart

/**
 * Measures how long the server takes to answer: once when the line opens, then after each beat.
 *
 * A question is a word on the line, and the server beats when a line has been quiet. Asking in step with the beats
 * delays each of them a little, and asking by a clock of our own could leave none.
 */
export class RoundTrips {
  #line;
  #answered;
  #times = [];
  #timer = null;
  #live = false;

  /** @param {function()} answered called for each answer */
  constructor(line, answered) {
    this.#line = line;
    this.#answered = answered;
  }

  set live(live) {
    if (live === this.#live) return;
    this.#live = live;
    clearTimeout(this.#timer);
    this.#timer = null;
    if (live) this.#askIn(SETTLE);
    this.#show();
  }

  afterBeat() {
    if (this.#timer === null) this.#askIn(AFTER_BEAT); // a server that beats faster would put it off for ever
  }

  #askIn(ms) {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (!document.hidden && this.#twoWay) this.#ask();
    }, ms);
  }

  /** Server-sent events go one way. */
  get #twoWay() {
    return this.#line.transport !== 'sse';
  }

  async #ask() {
    const from = performance.now(); // finer than what probe() returns, which must count through sleep
    try {
      await this.#line.probe();
      this.#times = [...this.#times, performance.now() - from].slice(-KEPT);
      this.#answered();
      this.#show();
    } catch {
      // The line ended first; the state says so.
    }
  }

  #show() {
    const count = this.#times.length;
    byId('spark').parentElement.toggleAttribute('hidden', count < 2 || !this.#twoWay);
    if (this.#live && !this.#twoWay) {
      put('rtt', 'one way');
      put('rtt-note', 'Server-sent events go one way, so there is nothing to measure');
    } else if (count > 0) {
      const sorted = [...this.#times].sort((a, b) => a - b);
      put('rtt', millis(this.#times[count - 1]));
      put('rtt-note', `median ${millis(sorted[count >> 1])}, worst ${millis(sorted[count - 1])} of the last ${count}`);
      byId('spark').setAttribute('points', points(this.#times));
    }
  }
}

/** @returns {string} a curve 120 wide and 32 high that starts at 0 ms, so that small differences stay small */
function points(times) {
  const top = Math.max(...times, 1);
  const step = 120 / Math.max(times.length - 1, 1);
  return times.map((time, i) => `${(i * step).toFixed(1)},${(31 - (time / top) * 30).toFixed(1)}`).join(' ');
}
