import { Alarm } from './clock.js';
import { Events } from './events.js';

/**
 * Who is in a channel: asked by HTTP once, then told in the channel `<channel>#presence`, from that answer on. After a
 * gap it is asked again. An answer that fails is asked for again, later each time.
 *
 * Events: 'change' ({ joined, left }: names) whenever `users` or `count` differ, 'error' ({ code, message }).
 */
export class Presence {
  #ask;
  #subscribe;
  #again;
  #tries = 0;
  #subscription = null;
  #events = new Events('change', 'error');
  #over = false;

  /** @type {Set<string>} the users who are here; in a channel with very many, only some of them */
  users = new Set();

  /** @type {number} how many are here */
  count = 0;

  /**
   * @param {function(): Promise<{users: string[], count: number, position: string}>} ask
   * @param {function(string, function(object)): Subscription} subscribe to what is told behind a position
   */
  constructor(clock, ask, subscribe) {
    this.#ask = ask;
    this.#subscribe = subscribe;
    this.#again = new Alarm(clock, () => this.#start());
    this.#start();
  }

  /**
   * @param {'change'|'error'} event
   * @returns {function()} takes the listener off again
   */
  on(event, fn) {
    return this.#events.on(event, fn);
  }

  /** As on(), for the next time only. */
  once(event, fn) {
    return this.#events.once(event, fn);
  }

  unsubscribe() {
    this.#over = true;
    this.#again.clear();
    this.#subscription?.unsubscribe();
  }

  async #start() {
    this.#subscription?.unsubscribe();
    this.#subscription = null;
    let here;
    try {
      here = await this.#ask();
    } catch (error) {
      return this.#over || this.#failed(error);
    }
    if (this.#over) return undefined;
    this.#tries = 0;
    this.#subscription = this.#subscribe(here.position, told => this.#told(told));
    this.#subscription.on('gap', () => this.#again.set(0));
    for (const event of ['unsubscribed', 'error']) {
      this.#subscription.on(event, ({ code = 'unsubscribed', message, reason }) => {
        this.#events.emit('error', { code, message: message ?? reason });
      });
    }
    return this.#set(new Set(here.users), here.count);
  }

  /** What a right forbids is not asked again by itself. */
  #failed(error) {
    const { status } = error;
    if (!(status >= 400 && status < 500 && status !== 429)) this.#again.set(Math.min(60, 2 ** this.#tries++) * 1_000);
    this.#events.emit('error', { code: status === 403 ? 'forbidden' : 'presence', message: error.message });
  }

  #told({ here, join = [], leave = [], count }) {
    const users = new Set(here ?? this.users);
    for (const user of join) users.add(user);
    for (const user of leave) users.delete(user);
    this.#set(users, count);
  }

  #set(users, count) {
    const joined = [...users].filter(user => !this.users.has(user));
    const left = [...this.users].filter(user => !users.has(user));
    const changed = joined.length > 0 || left.length > 0 || count !== this.count;
    this.users = users;
    this.count = count;
    if (changed) this.#events.emit('change', { joined, left });
  }
}
