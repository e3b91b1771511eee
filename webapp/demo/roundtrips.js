import { byId, millis } from './words.js';

const KEPT = 40;
const SETTLE = 800; // ms
const OFTEN = 3_000; // ms
const OPENING = { count: 6, pause: 1_200 }; // enough for a first curve
const AFTER_BEAT = { count: 3, pause: 700 };

/**
 * Measures how long the server takes to answer.
 *
 * A question is a word on the line, and a line with words on it needs no beats. So by default the page asks in short
 * rows, on opening and after each beat, and lets the line go quiet in between; "every 3 s" shows no beats.
 */
export class RoundTrips {
  #line;
  #tell;
  #times = [];
  #timer;
  #live = false;

  /** @param {{asked: function(), answered: function()}} tell */
  constructor(line, tell) {
    this.#line = line;
    this.#tell = tell;
    byId('often').checked = false; // browsers keep it over a reload
    byId('often').addEventListener('change', () => this.#row(OPENING));
    document.addEventListener('visibilitychange', () => this.#row(AFTER_BEAT));
  }

  set live(live) {
    if (live === this.#live) return;
    this.#live = live;
    clearTimeout(this.#timer);
    // A page that has just opened, or catches up, is slow itself: that would be measured too.
    if (live) this.#timer = setTimeout(() => this.#row(OPENING), SETTLE);
  }

  afterBeat() {
    if (!byId('often').checked) this.#row(AFTER_BEAT);
  }

  #row({ count, pause }) {
    clearTimeout(this.#timer);
    const often = byId('often').checked;
    if (!this.#live || document.hidden || count === 0) return this.#show();
    this.#ask();
    const next = { count: often ? count : count - 1, pause };
    this.#timer = setTimeout(() => this.#row(next), often ? OFTEN : pause);
    return undefined;
  }

  async #ask() {
    const from = performance.now(); // finer than what probe() returns, which must count through sleep
    this.#tell.asked();
    try {
      await this.#line.probe();
      this.#times = [...this.#times, performance.now() - from].slice(-KEPT);
      this.#tell.answered();
      this.#show();
    } catch {
      // The line ended first; the state says so.
    }
  }

  #show() {
    const count = this.#times.length;
    if (count === 0) return;
    const sorted = [...this.#times].sort((a, b) => a - b);
    byId('rtt').textContent = millis(this.#times[count - 1]);
    byId('rtt-note').textContent = `Median ${millis(sorted[count >> 1])}, worst ${millis(sorted[count - 1])} of the last ${count}.`;
    byId('spark').setAttribute('points', points(this.#times));
  }
}

/** @returns {string} a curve 120 wide and 32 high that starts at 0 ms, so that small differences stay small */
function points(times) {
  const top = Math.max(...times, 1);
  const step = 120 / Math.max(times.length - 1, 1);
  return times.map((time, i) => `${(i * step).toFixed(1)},${(31 - (time / top) * 30).toFixed(1)}`).join(' ');
}
