import { Alarm } from './clock.js';

const CHANGE = 50; // changes are collected for so long, in ms
const SLOWEST = 5_000; // so long when they never end
const CALM = 10_000; // after so long without a change they are collected as briefly as at first
const AGAIN = 30_000; // longest wait after links that failed

/**
 * When a mute link makes room for another one, since what the page reads has changed: never before the last one has
 * come to something, and later each time while changes go on.
 *
 * Its host has: succeed(), which opens the next one beside the present one, and replace(), which opens it in its place.
 * Internal.
 */
export class Succession {
  #clock;
  #host;
  #alarm;
  #wait = CHANGE;
  #rangAt = -Infinity;
  #next = null; // opened, and not welcomed yet
  #again = false; // there were changes that it does not know
  #crowded = false; // there is no room for two: browsers open few connections by HTTP/1.1

  constructor(clock, host) {
    this.#clock = clock;
    this.#host = host;
    this.#alarm = new Alarm(clock, () => this.#rang());
  }

  changed() {
    this.#again = this.#next !== null;
    if (this.#again || this.#alarm.due !== null) return;
    const calm = Math.abs(this.#clock.now() - this.#rangAt) > CALM;
    this.#wait = calm ? CHANGE : Math.min(SLOWEST, this.#wait * 2);
    this.#alarm.set(this.#wait);
  }

  #rang() {
    this.#rangAt = this.#clock.now();
    if (this.#crowded) this.#host.replace();
    else this.#host.succeed();
  }

  began(next) {
    this.#next = next;
  }

  /** The next one is the present one now. */
  taken() {
    this.#next = null;
    if (this.#again) this.changed();
  }

  /** @param {object} end of the next one, see Link */
  failed({ opened, why }) {
    this.#next = null;
    this.#again = false;
    this.#crowded = this.#crowded || (why !== undefined && !opened); // it was given up, and nothing answered
    this.#wait = Math.min(AGAIN, Math.max(1_000, this.#wait * 2));
    this.#alarm.set(this.#wait);
  }

  /** The present one has ended. */
  stop() {
    this.#alarm.clear();
    this.#next?.leave('another set of channels');
    this.#next = null;
    this.#again = false;
  }
}
