import { lineAddress } from './address.js';
import { isFinal } from './codes.js';
import { Events } from './events.js';
import { Presence } from './presence.js';
import { Sharing } from './sharing.js';
import { channelName } from './names.js';
import { lineOptions, pastOf, startOf } from './options.js';

const CLOSED_HERE = { why: 'closed by the page' };

/**
 * The door: one line to the server, kept alive, taken up again where it broke off.
 */
export class Heartline {
  #sharing;
  #events = new Events('state', 'beat', 'error', 'expiring');
  #left = false; // closed by the page
  #suspended = null; // what is read after a connect(), while others go on with the line; null unless closed

  /**
   * Connects after the current task, so listeners put on right behind it hear everything. A page has one line for each
   * address: those who ask for it again share it, and what the first one said of it holds. It ends when the last one
   * closes it. A page that nobody has looked at yet connects when it is first visible.
   *
   * @param {string} url of the door; relative, http(s) or ws(s)
   * @param {object} [options]
   * @param {string|function():(string|Promise<string>)} [options.token] credentials, or where to fetch them; a
   *     function is asked again when they expire
   * @param {boolean} [options.autoConnect] false: nothing is dialled before connect()
   * @param {boolean} [options.shared] false: a line of its own
   * @param {boolean} [options.background] true: connects even if nobody has looked at the page yet
   * @param {{min: (number|undefined), max: (number|undefined)}} [options.reconnect] the shortest and the longest wait
   *     before an attempt, in ms; 250 and 30250. What the server says comes first
   * @param {function(string, object)} [options.log] told what happens, for support
   * @param {number} [options.connectTimeout] from the start of an attempt to the welcome, in ms; 10000
   * @param {string} [options.whoami] asked by HTTP why a line was refused; by default `api/whoami` beside the door
   * @param {?string} [options.events] the way for pages whose WebSockets are blocked; by default `events` beside the
   *     door, null for none
   * @param {function} [options.WebSocket] constructor of what behaves like one; the browser's
   * @param {function} [options.EventSource] constructor; the browser's
   * @param {function} [options.fetch] the browser's
   * @param {?Storage} [options.storage] keeps this tab's name over a reload; sessionStorage
   * @param {?EventTarget} [options.env] source of pagehide, pageshow, freeze, resume, visibilitychange (with
   *     `visibilityState`), online and offline, or of some of them; the window and its document. Apps that have
   *     other events tell freeze when they are hidden and resume when they are shown, or call hide() and show()
   * @param {Location} [options.location] what a relative url is relative to; the page's
   * @param {function():number} [options.random] Math.random
   * @param {function} [options.setTimeout]
   * @param {function} [options.clearTimeout]
   * @param {function():number} [options.now] wall clock in ms; Date.now, which unlike performance.now counts sleep
   */
  constructor(url, options) {
    const complete = lineOptions(options);
    this.#sharing = Sharing.of(lineAddress(url, complete.location), complete);
    this.#enter(complete.autoConnect !== false);
  }

  get #line() {
    return this.#sharing.line;
  }

  /** Those who join a line hear its state behind this task, as everybody does. */
  #enter(connecting) {
    this.#sharing.enter(this.#events);
    if (connecting) this.#line.join();
    let told = false;
    const off = this.#events.once('state', () => (told = true));
    const { state } = this.#line;
    Promise.resolve().then(() => {
      off();
      const news = !told && !this.#suspended && state !== 'closed' && state === this.state;
      if (news) this.#events.emit('state', state, this.#line.detail);
    });
  }

  /** @type {'connecting'|'live'|'waiting'|'replaced'|'refused'|'closed'} */
  get state() {
    return this.#suspended ? 'closed' : this.#line.state;
  }

  /** @type {?('websocket'|'sse')} what the present line, or attempt, travels on; null if there is none */
  get transport() {
    return this.#line.talk.transport;
  }

  /** @type {?string} whose line it is, as the server says; null if anonymous or not yet known */
  get user() {
    return this.#line.talk.user;
  }

  /** @type {string} the name of this tab */
  get instance() {
    return this.#line.talk.instance;
  }

  /**
   * 'state' (state, { why, code?, reason?, delay?, blocked?, status? }): `delay` in ms until the next attempt,
   *     `blocked` if the browser itself refuses the address (policy, local network permission), `status` what
   *     the server answered to the question why.
   * 'beat' ({ serverTime, rtt? }): a beat of the server, its clock and the last measured round trip, both in ms.
   * 'error' ({ code, message, about? }): something was lost or refused; the line goes on.
   *
   * 'expiring' ({ in }): the line ends in so many ms, unless a request renews its HTTP session, or a new token its
   *     credentials; the latter is done by itself if options.token is a function.
   *
   * @param {'state'|'beat'|'error'|'expiring'} event
   * @returns {function()} takes the listener off again
   */
  on(event, fn) {
    return this.#events.on(event, fn);
  }

  /** As on(), for the next time only. */
  once(event, fn) {
    return this.#events.once(event, fn);
  }

  /**
   * @returns {Promise<void>} settled once the line is live; rejected with an Error that has `state` and `code` if it is
   *     replaced, refused or closed
   */
  ready() {
    return new Promise((resolve, reject) => {
      const settled = (state, { why, code }) => {
        if (state === 'live') resolve();
        else if (isFinal(state)) reject(Object.assign(new Error(`no line: ${why}`), { state, code }));
        else return false;
        return true;
      };
      if (settled(this.state, this.#suspended ? CLOSED_HERE : this.#line.detail)) return;
      const off = this.on('state', (state, detail) => settled(state, detail) && off());
    });
  }

  /**
   * What support wants to know, as an object that JSON can say: state, transport, channels and their positions, and the
   * last 50 things that happened. No token and no publication is in it.
   *
   * @returns {object}
   */
  snapshot() {
    return { version: Heartline.version, ...this.#line.shown, state: this.state };
  }

  /**
   * Reads what was published before, by HTTP, a page at a time.
   *
   * @param {string} channel
   * @param {object} [past]
   * @param {string} [past.after] everything behind a position
   * @param {number} [past.last] or so many of the newest
   * @param {number} [past.limit] publications on a page, 1 to 1000; 100
   * @returns {Promise<{publications: {offset: number, position: string, time: number, id: (string|undefined), data: *}[],
   *     position: string, head: string, more: boolean, recovered: boolean, gap: (string|undefined)}>} rejected with an
   *     Error that has `status`
   */
  async history(channel, past) {
    return this.#line.api.history(channelName(channel), pastOf(past));
  }

  /**
   * Hears a channel, over all reconnects: each publication once and in order, or a 'gap'. A second subscribe of the
   * same channel joins the first one where it is; its `after` and `last` have no effect then.
   *
   * @param {string} channel
   * @param {function(*, {channel: string, offset: number, position: (string|undefined), time: number,
   *     id: (string|undefined)})} fn; `position` comes with the last publication of each batch, `time` is when it was
   *     published, in ms since 1970, and `id` the one that its publisher gave it
   * @param {object} [start] where to begin; without it, from now
   * @param {string} [start.after] a position kept from before
   * @param {number} [start.last] so many publications back
   * @param {string|function():(string|Promise<string>)} [start.token] by which the application opens the channel to
   *     this user, or where to fetch one; a function is asked again when it expires, and for each line
   * @param {AbortSignal} [start.signal] unsubscribes
   * @returns {Subscription} which can be looped over instead: leave out fn, subscribe(channel) or subscribe(channel, start)
   */
  subscribe(channel, fn, start) {
    channelName(channel);
    const loops = arguments.length === 1 || (typeof fn === 'object' && fn !== null);
    if (loops) return this.#read(channel, null, startOf(fn));
    if (typeof fn !== 'function') throw new TypeError(`subscriber of '${channel}' must be a function: ${String(fn)}`);
    return this.#read(channel, fn, startOf(start));
  }

  #read(channel, fn, start) {
    const { channels } = this.#line.talk;
    const subscription = channels.subscribe(channel, fn, start, this);
    this.#suspended?.push(...channels.suspend(this));
    return subscription;
  }

  /**
   * Publishes in a channel, if the server allows it. What is said while there is no line is sent with the next one;
   * what a line has not answered is sent again, and published once.
   *
   * @param {string} channel
   * @param {*} data what JSON can say
   * @param {object} [options]
   * @param {string} [options.id] names it, so that you can publish the same again, even from another page of the same
   *     user, and it is taken once: 1 to 128 visible ASCII characters, new for each publication in a channel
   * @returns {Promise<{channel: string, position: string, id: string}>} settled once the server has it on its disk.
   *     Rejected with an Error that has `code` and `id`: `forbidden`, `unavailable`, `channel`, ... in the server's
   *     words; `limit` if it is too large or too many wait, `unsupported` over server-sent events, and the state if the
   *     line is `replaced`, `refused` or `closed`
   */
  publish(channel, data, options) {
    if (this.#suspended) return Promise.reject(Object.assign(new Error(CLOSED_HERE.why), { code: 'closed', channel }));
    return this.#line.talk.publications.add(channel, data, options?.id ?? undefined);
  }

  /**
   * Tells who is in a channel, over all reconnects. The server must keep it for that channel, and allow us to see it.
   *
   * @param {string} channel
   * @returns {Presence}
   */
  presence(channel) {
    const name = channelName(`${channelName(channel)}#presence`, 'the channel of a presence');
    const subscribe = (after, told) => this.subscribe(name, told, { after });
    return new Presence(this.#line.clock, () => this.#line.api.presence(channel), subscribe);
  }

  /**
   * @returns {Promise<number>} the round trip to the server in ms; rejected if there is no line, it ends first, or
   *     it goes by server-sent events
   */
  probe() {
    if (this.state === 'live') return this.#line.talk.link.probe();
    return Promise.reject(new Error(`no line to probe: ${this.state}`));
  }

  /**
   * Takes the line back from the tab that has it. Call it when a user asks for it, never by yourself: two tabs
   * that do would take it from each other for ever.
   *
   * @returns {boolean} false if nobody else holds it; then nothing happens
   */
  takeBack() {
    return !this.#suspended && this.#line.takeBack();
  }

  /** Connects now: out of replaced, refused or closed, or before a delay is over. */
  connect() {
    const next = this.#sharing.again;
    const suspended = this.#suspended ?? (next === this.#sharing ? [] : this.#line.talk.channels.suspend(this));
    const enters = this.#left;
    this.#sharing = next;
    this.#suspended = null;
    this.#left = false;
    if (enters) this.#enter(false);
    this.#line.talk.channels.resume(suspended);
    this.#line.connect();
  }

  /** Ends the line for good, once all who share it have; subscriptions are kept for a connect(). */
  close() {
    if (this.#suspended) return;
    const goesOn = !this.#left && this.#sharing.leave(this.#events);
    this.#left = true;
    if (!goesOn) {
      this.#line.close();
      return;
    }
    this.#suspended = this.#line.talk.channels.suspend(this);
    this.#events.emit('state', 'closed', CLOSED_HERE);
  }

  /** The app cannot be seen any more: ends the line at once, and nothing comes back before show(). */
  hide() {
    this.#line.life.sleep('the page is hidden away');
  }

  /** The app can be seen again: goes on where the line was, or sees whether it still lives. */
  show() {
    this.#line.life.wake();
  }
}
