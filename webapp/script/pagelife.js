import { QUIET } from './times.js';

/**
 * What the events of the browser, or of an app, mean for the line. A frozen or put-away page runs nothing, but its
 * socket stays open and answers pings: all sent to it is lost. So its line is closed, and opened when the page is back.
 *
 * Its host has: leaving() and returning(again), around the time in which another page may take the tab's name; slept(why),
 * woke(), nudged(): somebody looks, unwatched(): nobody looks any more, online() and offline().
 * Internal.
 */
export class PageLife {
  #clock;
  #env;
  #host;
  #unlisten = null;
  #seen; // whether the page was ever looked at, or need not be
  #nudgedAt = -Infinity;
  #left = false; // put away, so that another page may have taken the tab's name

  /** @type {?string} why the page is away: hidden away or frozen; null if it is not */
  away = null;

  /**
   * @param {?EventTarget} env with `visibilityState`; null where there is no page
   * @param {boolean} background whether a page that nobody has looked at yet has a line too
   */
  constructor(clock, env, host, background) {
    this.#seen = background === true;
    this.#clock = clock;
    this.#env = env;
    this.#host = host;
  }

  listen() {
    const env = this.#env;
    if (!env || this.#unlisten) return;
    this.#seen = this.#seen || this.watched;
    if (!this.#seen) this.away = 'the page has not been looked at yet'; // it would take the seat from one that is
    const listeners = Object.entries({
      pagehide: () => this.#hidden(),
      pageshow: event => this.#shown(event.persisted),
      freeze: () => this.sleep('the page is frozen'),
      resume: () => this.wake(),
      visibilitychange: () => (env.visibilityState === 'hidden' ? this.#host.unwatched() : this.wake()),
      online: () => this.#host.online(),
      offline: () => this.#host.offline(),
    });
    for (const [type, fn] of listeners) env.addEventListener(type, fn);
    this.#unlisten = () => listeners.forEach(([type, fn]) => env.removeEventListener(type, fn));
  }

  /** Nobody tells when the page is back, so it counts as being there. */
  stop() {
    this.#unlisten?.();
    this.#unlisten = null;
    this.away = null;
  }

  /** @type {boolean} whether somebody may look at the page; where there is none, its user counts as looking */
  get watched() {
    return this.#env?.visibilityState !== 'hidden';
  }

  sleep(why) {
    if (this.away) return;
    this.away = why;
    if (!this.#host.stopped) this.#host.slept(why);
  }

  wake() {
    this.#seen = this.#seen || this.watched;
    if (!this.#seen) return undefined;
    if (!this.away) return this.nudge();
    this.away = null;
    this.#comeBack();
    return this.#host.stopped || this.#host.woke();
  }

  /** Somebody looks, or the network has changed. Browsers tell that by several events at once. */
  nudge() {
    const now = this.#clock.now();
    if (Math.abs(now - this.#nudgedAt) < QUIET) return;
    this.#nudgedAt = now;
    this.#host.nudged();
  }

  #hidden() {
    this.#left = true;
    this.#host.leaving();
    this.sleep('the page is hidden away');
  }

  /** @param {boolean} [again] from the back/forward cache; otherwise for the first time, which does no harm */
  #shown(again) {
    if (again) this.#comeBack();
    else this.#host.returning(false);
    this.wake();
  }

  /** Browsers tell resume and visibilitychange before pageshow; whichever comes first, the line must not be open yet. */
  #comeBack() {
    if (this.#left) this.#host.returning(true);
    this.#left = false;
  }
}
