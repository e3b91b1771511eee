// Time, as it is passed in.

/** Timers and the clock as one thing. Called bare, because browsers refuse them with a foreign `this`. */
export function clockOf(options) {
  const set = options.setTimeout ?? setTimeout;
  const clear = options.clearTimeout ?? clearTimeout;
  const now = options.now ?? Date.now;
  return { set: (fn, ms) => set(fn, ms), clear: timer => clear(timer), now: () => now() };
}

/**
 * One timer that knows how late it rings. Lateness is how a page learns that it slept.
 * Internal.
 */
export class Alarm {
  #clock;
  #ring;
  #timer;

  /** @type {?number} when it rings; null while it is off */
  due = null;

  /** @param {function(number)} ring told how many ms late it is */
  constructor(clock, ring) {
    this.#clock = clock;
    this.#ring = ring;
  }

  set(ms) {
    this.clear();
    const due = (this.due = this.#clock.now() + ms);
    this.#timer = this.#clock.set(() => {
      this.due = null;
      this.#ring(this.#clock.now() - due);
    }, ms);
  }

  clear() {
    if (this.due !== null) this.#clock.clear(this.#timer);
    this.due = null;
  }
}

/** @returns {Promise} as `promise`, but rejected after `ms` */
export function within(ms, clock, promise) {
  return new Promise((resolve, reject) => {
    const alarm = new Alarm(clock, () => reject(new Error(`no answer within ${ms} ms`)));
    alarm.set(ms);
    Promise.resolve(promise).then(resolve, reject).finally(() => alarm.clear());
  });
}
