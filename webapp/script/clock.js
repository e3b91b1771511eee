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
  #ms = 0;

  /** @type {?number} when it rings; null while it is off */
  due = null;

  /** @param {function(number)} ring told how many ms late it is */
  constructor(clock, ring) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** @type {number} how long until it rings, in ms; also after the clock was set back */
  get left() {
    return this.due === null ? 0 : Math.max(0, Math.min(this.#ms, this.due - this.#clock.now()));
  }

  set(ms) {
    this.clear();
    this.#ms = ms;
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

/**
 * Waits for answers, for none of them longer than it may take. Whoever needs none of them any more gives them up, so
 * that no timer is left.
 * Internal.
 */
export class Waits {
  #clock;
  #open = new Set(); // for each, what ends it in vain

  constructor(clock) {
    this.#clock = clock;
  }

  /** @returns {Promise} as `promise`, but rejected after `ms`, or when it is given up */
  within(ms, promise) {
    return new Promise((resolve, reject) => {
      const end = () => {
        alarm.clear();
        this.#open.delete(fail);
      };
      const fail = why => {
        end();
        reject(new Error(why));
      };
      const alarm = new Alarm(this.#clock, () => fail(`no answer within ${ms} ms`));
      this.#open.add(fail);
      alarm.set(ms);
      Promise.resolve(promise).then(resolve, reject).finally(end);
    });
  }

  giveUp() {
    for (const fail of [...this.#open]) fail('nobody waits for the answer any more');
  }
}
