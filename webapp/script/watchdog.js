import { BEAT, GRACE, PROBE, WAKE_PROBE, LATE } from './times.js';
import { Alarm } from './clock.js';

const LATE_PROBES = 3; // late probes in a row before the line is given up; see Watchdog

/**
 * Decides that a line is dead: silence is a suspicion, a probe that stays unanswered is the proof.
 * Its timer is armed by what arrives, never by an interval: a hidden tab runs timers once a minute, but not
 * those armed inside onopen or onmessage.
 *
 * After sleep, timers ring before the messages that waited in the socket. So a late ring proves nothing and only
 * asks again. But a hidden page's timers that arm each other end up late each time, hence the limit of LATE_PROBES.
 * Internal.
 */
export class Watchdog {
  #ask;
  #dead;
  #alarm;
  #probing = false;
  #late = 0;

  /** Longest silence without suspicion, in ms. */
  silence = BEAT + GRACE;

  /**
   * @param {function()} ask sends something that must be answered
   * @param {function()} dead the line gave no sign of life
   */
  constructor(clock, ask, dead) {
    this.#ask = ask;
    this.#dead = dead;
    this.#alarm = new Alarm(clock, late => this.#rang(late > LATE));
  }

  /** Anything at all arrived. */
  heard() {
    this.#probing = false;
    this.#late = 0;
    this.#alarm.set(this.silence);
  }

  /** Asks now, unless an answer is awaited already. */
  probe(limit = PROBE) {
    if (!this.#probing) this.#suspect(limit);
  }

  stop() {
    this.#alarm.clear();
  }

  #suspect(limit) {
    this.#probing = true;
    this.#alarm.set(limit);
    this.#ask();
  }

  #rang(slept) {
    const proven = this.#probing && !(slept && ++this.#late < LATE_PROBES);
    if (proven) this.#dead();
    else this.#suspect(slept ? WAKE_PROBE : PROBE);
  }
}
