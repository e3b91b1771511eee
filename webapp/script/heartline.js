import { browser, browserEvents, browserStorage } from './browser.js';
import { PROBE, QUIET, told } from './times.js';
import { LOST, TAKEABLE, WHY, WHY_BLOCKED, WHY_HTTP, staysAway, verdict } from './codes.js';
import { FRAME } from './frames.js';
import { eventsAddress, absolute, lineAddress, neighbour } from './address.js';
import { clockOf, Alarm, within } from './clock.js';
import { Events } from './events.js';
import { Backoff } from './backoff.js';
import { Instance } from './instance.js';
import { EventLine, FetchLine } from './streams.js';
import { Link } from './link.js';
import { Channels } from './channels.js';
import { Publications } from './publications.js';
import { Presence } from './presence.js';
import { Whoami } from './whoami.js';

const CONNECT = 10_000; // from the constructor to the welcome; browsers wait 20 to 240 s
const BLOCKED_AFTER = 2; // WebSockets in a row that failed though HTTP works: something blocks them
const DETOUR = 600_000; // so long server-sent events are preferred, then the WebSocket is tried again
const CHANGE = 50; // changes of what is read are collected for so long before a mute line is opened anew

/**
 * The door: one line to the server, kept alive, taken up again where it broke off.
 * It decides when to connect, wait, ask or stop; never more than one socket of it is alive.
 */
export class Heartline {
  #options;
  #clock;
  #url;
  #eventsUrl; // null if there is no other way than a WebSocket
  #whoami;
  #instance;
  #events = new Events();
  #channels;
  #publications = new Publications();
  #backoff;
  #retry;
  #link = null; // the present attempt; null while waiting or stopped
  #state = 'connecting';
  #detail = {};
  #user = null;
  #as = null; // whose line it is to be again: the server refuses to take us for anybody else
  #token; // of this attempt; undefined until it was fetched
  #renewing = false; // a token for the present line is being fetched
  #turn = 0; // rises with every step; an answer that belongs to an earlier one is dropped
  #asked = false; // the server named the moment to come back: nudges do not bring it forward
  #advice = null; // what whoami said about attempts that never opened: { status, why, until? }
  #asleep = false; // closed because the page is hidden away or frozen
  #nudgedAt = -Infinity;
  #unopened = 0; // attempts in a row that never opened
  #blocked = 0; // attempts in a row that the browser itself refused
  #deaf = 0; // WebSockets in a row that opened and brought nothing
  #detour = null; // { until, proven }: server-sent events instead of a WebSocket; proven once they brought a welcome
  #change; // when a mute line is opened anew
  #tried = new Set(); // codes whose one immediate retry is used up
  #careful = false; // after 1009: one command per frame
  #unlisten = null;

  /**
   * Connects after the current task, so listeners put on right behind it hear everything.
   *
   * @param {string} url of the door; relative, http(s) or ws(s)
   * @param {object} [options]
   * @param {string|function():(string|Promise<string>)} [options.token] credentials, or where to fetch them; a
   *     function is asked again when they expire
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
  constructor(url, options = {}) {
    this.#options = {
      connectTimeout: CONNECT,
      WebSocket: browser.WebSocket,
      EventSource: browser.EventSource,
      fetch: browser.fetch,
      env: browserEvents(),
      storage: browserStorage(),
      location: browser.location,
      ...options,
    };
    if (!this.#options.WebSocket) throw new TypeError('no WebSocket here: pass options.WebSocket');
    const address = lineAddress(url, this.#options.location);
    this.#url = address;
    this.#clock = clockOf(options);
    this.#whoami = new Whoami(this.#clock, this.#options.fetch, options.whoami ?? neighbour('api/whoami', address));
    this.#eventsUrl = this.#options.EventSource ? this.#eventsAddress(address) : null;
    this.#channels = new Channels({
      error: error => this.#error(error),
      hole: hole => this.#hole(hole),
      changed: () => this.#change.due ?? this.#change.set(CHANGE),
    });
    this.#change = new Alarm(this.#clock, () => this.#reopen());
    this.#backoff = new Backoff(options.random ?? Math.random);
    this.#retry = new Alarm(this.#clock, () => this.#dial({ why: 'trying again' }));
    this.#instance = new Instance(this.#options.storage, `heartline ${this.#url}`);
    this.#token = typeof options.token === 'function' ? undefined : (options.token ?? null);
    this.#start();
  }

  /** @type {'connecting'|'live'|'waiting'|'replaced'|'refused'|'closed'} */
  get state() {
    return this.#state;
  }

  /** @type {?('websocket'|'sse')} what the present line, or attempt, travels on; null if there is none */
  get transport() {
    if (!this.#link) return null;
    return this.#link.mute ? 'sse' : 'websocket';
  }

  /** @type {?string} whose line it is, as the server says; null if anonymous or not yet known */
  get user() {
    return this.#user;
  }

  /** @type {string} the name of this tab */
  get instance() {
    return this.#instance.id;
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

  /**
   * Hears a channel, over all reconnects: each publication once and in order, or a 'gap'. A second subscribe of the
   * same channel joins the first one where it is; its `after` and `last` have no effect then.
   *
   * @param {string} channel
   * @param {function(*, {channel: string, offset: number, position: (string|undefined)})} fn; `position` comes with
   *     the last publication of each batch
   * @param {object} [start] where to begin; without it, from now
   * @param {string} [start.after] a position kept from before
   * @param {number} [start.last] so many publications back
   * @param {string|function():(string|Promise<string>)} [start.token] by which the application opens the channel to
   *     this user, or where to fetch one; a function is asked again when it expires, and for each line
   * @returns {Subscription}
   */
  subscribe(channel, fn, start = {}) {
    if (typeof channel !== 'string' || !channel) throw new TypeError(`channel must be a name: ${channel}`);
    if (typeof fn !== 'function') throw new TypeError(`subscriber of '${channel}' must be a function: ${fn}`);
    return this.#channels.subscribe(channel, fn, start);
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
  publish(channel, data, { id } = {}) {
    return this.#publications.add(channel, data, id);
  }

  /**
   * Tells who is in a channel, over all reconnects. The server must keep it for that channel, and allow us to see it.
   *
   * @param {string} channel
   * @returns {Presence}
   */
  presence(channel) {
    if (typeof channel !== 'string' || !channel) throw new TypeError(`channel must be a name: ${channel}`);
    const subscribe = (after, told) => this.subscribe(`${channel}#presence`, told, { after });
    return new Presence(this.#clock, () => this.#here(channel), subscribe);
  }

  async #here(channel) {
    const { fetch, token, connectTimeout } = this.#options;
    if (!fetch) throw new Error('there is no fetch here: pass options.fetch');
    const credentials = typeof token === 'function' ? await token() : token;
    const headers = credentials ? { Authorization: `Bearer ${credentials}` } : {};
    const url = `${neighbour('api/presence', this.#url)}?channel=${encodeURIComponent(channel)}`;
    const answered = fetch(url, { cache: 'no-store', credentials: 'include', headers });
    const response = await within(connectTimeout, this.#clock, answered);
    if (response.status === 200) return response.json();
    throw Object.assign(new Error(`who is in ${channel} is not told: ${response.status}`), { status: response.status });
  }

  /**
   * @returns {Promise<number>} the round trip to the server in ms; rejected if there is no line, it ends first, or
   *     it goes by server-sent events
   */
  probe() {
    if (this.#state === 'live') return this.#link.probe();
    return Promise.reject(new Error(`no line to probe: ${this.#state}`));
  }

  /**
   * Takes the line back from the tab that has it. Call it when a user asks for it, never by yourself: two tabs
   * that do would take it from each other for ever.
   *
   * @returns {boolean} false if nobody else holds it; then nothing happens
   */
  takeBack() {
    if (this.#link || !TAKEABLE.has(this.#detail.code)) return false;
    this.#start({ take: true });
    return true;
  }

  /** Connects now: out of replaced, refused or closed, or before a delay is over. */
  connect() {
    if (this.#link || this.#state === 'connecting') return;
    if (this.#stopped) this.#as = null; // by intention, and maybe as somebody else
    this.#start();
  }

  /** Ends the line for good; subscriptions are kept for a connect(). */
  close() {
    this.#unlisten?.();
    this.#unlisten = null;
    this.#instance.giveBack();
    this.#hangUp('closed by the page');
    this.#as = null;
    this.#set('closed', { why: 'closed by the page' });
  }

  /** The app cannot be seen any more: ends the line at once, and nothing comes back before show(). */
  hide() {
    this.#sleep('the page is hidden away');
  }

  /** The app can be seen again: goes on where the line was, or sees whether it still lives. */
  show() {
    this.#wake();
  }

  // ---- connecting

  #start({ take = false } = {}) {
    if (this.#state === 'refused' || this.#state === 'closed') this.#user = null; // whoever it is from now on
    this.#publications.resume();
    this.#listen();
    this.#instance.take();
    this.#tried.clear();
    this.#asleep = false;
    this.#hangUp('');
    this.#state = 'connecting';
    const turn = this.#turn;
    Promise.resolve().then(() => turn === this.#turn && this.#dial({ why: 'connecting' }, take));
  }

  async #dial(detail, take = false) {
    this.#retry.clear();
    const turn = ++this.#turn;
    this.#set('connecting', detail);
    if (turn !== this.#turn) return; // a listener decided otherwise
    // Asked for each attempt: a token may have run out while the line was down.
    if (typeof this.#options.token === 'function' && !(await this.#fetchToken(turn))) return;
    this.#open(take);
  }

  /** @returns {Promise<boolean>} false if it came to nothing, or something else happened meanwhile */
  async #fetchToken(turn) {
    try {
      const token = (await within(this.#options.connectTimeout, this.#clock, this.#options.token())) ?? null;
      if (turn === this.#turn) this.#token = token;
      return turn === this.#turn;
    } catch (error) {
      if (turn !== this.#turn) return false;
      this.#wait({ why: 'no token could be fetched' });
      this.#error({ code: 'token', message: `no token: ${error?.message ?? error}` });
      return false;
    }
  }

  #open(take, mute = this.#detour !== null && this.#clock.now() < this.#detour.until) {
    const { WebSocket, EventSource, connectTimeout } = this.#options;
    this.#link = new Link(this.#clock, this.#host(take), connectTimeout, mute);
    const commands = mute ? this.#channels.takeUp(this.#link) : [];
    if (mute) this.#link.open(() => this.#eventLine(EventSource, eventsAddress(this.#eventsUrl, commands, this.#as)));
    else this.#link.open(() => new WebSocket(this.#url, ['heartline.v1']));
  }

  #eventLine(EventSource, url) {
    const { fetch } = this.#options;
    const carries = this.#token && fetch && browser.TextDecoder;
    return carries ? new FetchLine(fetch, url, this.#token) : new EventLine(EventSource, url);
  }

  #eventsAddress(line) {
    const { events = neighbour('events', line), location } = this.#options;
    return events === null ? null : absolute(events, location);
  }

  /** A mute line cannot be told what else to read: another one takes its place and reads on where it stood. */
  #reopen() {
    this.#link.leave('another set of channels');
    this.#lost();
    this.#open(false, true);
  }

  /** What a link tells. A link that was left tells nothing more, so all of it is about the present one. */
  #host(take) {
    return {
      opened: () => this.#greet(take),
      welcomed: welcome => this.#welcomed(welcome),
      beat: frame => this.#events.emit('beat', { serverTime: frame.beat, rtt: this.#link.rtt }),
      told: frame => this.#told(frame),
      garbled: error => this.#error({ code: 'malformed', message: `unreadable frame: ${error.message}` }),
      ended: end => this.#ended(end),
    };
  }

  #told(frame) {
    if (!('expiring' in frame)) return this.#publications.heard(frame) || this.#channels.heard(frame);
    this.#events.emit('expiring', { in: frame.expiring });
    return typeof this.#options.token === 'function' && this.#renew(this.#link);
  }

  /** Fetches a new token for the present line. If that fails, the server tells once more, or ends the line. */
  async #renew(link) {
    if (!link || link.mute || this.#renewing) return; // a mute line gets it when it is opened anew
    this.#renewing = true;
    try {
      const token = await within(this.#options.connectTimeout, this.#clock, this.#options.token());
      if (link === this.#link && token && token !== this.#token) {
        this.#token = token;
        link.send([{ token }]);
      }
    } catch (error) {
      if (link === this.#link) this.#error({ code: 'token', message: `no token: ${error?.message ?? error}` });
    } finally {
      this.#renewing = false;
    }
  }

  #greet(take) {
    this.#unopened = this.#blocked = 0;
    this.#advice = null;
    if (this.#link.mute) return;
    const { instance } = this;
    const hello = { instance, token: this.#token ?? undefined, as: this.#as ?? undefined, take: take || undefined };
    this.#link.send([{ hello }, ...this.#channels.takeUp(this.#link)], this.#careful ? 0 : FRAME);
  }

  #welcomed(welcome) {
    const user = welcome.user ?? null;
    if (this.#as !== null && user !== this.#as) return this.#changedHands(user);
    this.#user = this.#as = user;
    this.#deaf = 0;
    if (!this.#link.mute) this.#detour = null;
    else this.#detour.proven = true;
    this.#publications.welcomed(this.#link, welcome.limits?.message);
    if (this.#state !== 'live') this.#set('live', { why: this.#link.mute ? 'live, by server-sent events' : 'live' });
    return undefined;
  }

  /** The login that this page had is gone. It must not go on as nobody, without a sign, nor as somebody else. */
  #changedHands(user) {
    const code = user === null ? 4503 : 4504;
    this.#hangUp(WHY[code]);
    this.#stop('refused', { code, reason: '', why: WHY[code] });
  }

  #set(state, detail) {
    this.#state = state;
    this.#detail = detail;
    if (this.#stopped) this.#publications.giveUp({ code: state, message: detail.why });
    this.#events.emit('state', state, detail);
  }

  #error(error) {
    if (!this.#events.emit('error', error)) console.warn(`heartline: ${error.code} - ${error.message}`);
  }

  /** Nobody can say what was missed, so the line is opened anew and reads on from the last good position. */
  #hole({ message, about }) {
    this.#link.fail(4002, message);
    this.#error({ code: 'hole', message, about });
  }

  // ---- after the end of a line

  #ended(end) {
    const { mute } = this.#link;
    if (end.code === 1009) this.#publications.refuseSent({ code: 1009, message: WHY[1009] }); // one of them was it
    this.#lost();
    if (end.lived) this.#forgive();
    if (!end.opened) this.#unopened++;
    this.#blocked = end.blocked ? this.#blocked + 1 : 0;
    this.#deaf = end.deaf ? this.#deaf + 1 : 0;
    if (mute) this.#detourFailed(end);
    else this.#considerDetour();
    const { bye } = end;
    // Some stacks lose every code: a server that said to stay away means it, whatever comes behind.
    const code = LOST.has(end.code) || staysAway(bye?.code) ? (bye?.code ?? end.code) : end.code;
    const reason = end.reason || bye?.reason || '';
    this.#next(end, { code, reason, why: end.why ?? WHY[code] ?? (reason || `closed with ${code}`) });
  }

  /** One that never worked was not the answer: before it is tried again, HTTP has to be seen to work. */
  #detourFailed({ opened, deaf }) {
    if (this.#detour.proven || (opened && !deaf)) return;
    this.#detour = null;
    this.#advice = null;
  }

  /** Only where HTTP works and the WebSocket does not: while a server restarts, neither does. */
  #considerDetour() {
    if (this.#eventsUrl === null) return;
    const refused = this.#unopened >= BLOCKED_AFTER && this.#advice?.status === 200;
    const failed = this.#unopened > 0 || this.#deaf > 0;
    const until = this.#clock.now() + DETOUR;
    if (this.#detour && failed) this.#detour.until = until;
    else if (refused || this.#deaf >= BLOCKED_AFTER) this.#detour = { until, proven: false };
  }

  #lost() {
    this.#change.clear();
    this.#link = null;
    this.#channels.lineEnded();
    this.#publications.lineEnded();
  }

  #forgive() {
    this.#backoff.reset();
    this.#tried.clear();
    this.#careful = false;
  }

  #next(end, detail) {
    const { code } = detail;
    if (this.#renews(code)) return this.#dial(detail);
    const what = verdict(code, end.bye);
    if (what !== 'back') return this.#stop(what, detail);
    if (code === 1008) return this.#askWhether(detail);
    if (code === 1009) this.#careful = true;
    const delay = this.#toldDelay(end);
    if (end.dead && delay === undefined) return this.#dial(detail);
    this.#wait(detail, delay);
    // Told last: a listener may close or connect, and that stands.
    if (code === 1009) this.#error({ code, message: detail.why });
    return this.#unopened > 0 && this.#askWhy();
  }

  #stop(state, detail) {
    this.#turn++;
    this.#set(state, detail);
  }

  /** @returns {boolean} whether a fresh token is worth an attempt at once: one each, until a line has lived */
  #renews(code) {
    if ((code !== 4001 && code !== 4504) || typeof this.#options.token !== 'function') return false;
    const first = !this.#tried.has(code);
    this.#tried.add(code);
    return first;
  }

  /**
   * A bye's delay counts from the bye: a server that drains closes when it is over, one that is busy closes at once.
   *
   * @returns {number|undefined} ms to wait; undefined if the server left it to us
   */
  #toldDelay({ code, bye }) {
    const left = bye?.delay === undefined ? 0 : bye.at + bye.delay - this.#clock.now();
    // A server that dies while it drains keeps nobody waiting.
    if (left <= 0 || (bye.code === 4000 && code !== 4000)) return undefined;
    return bye.code === 1001 || bye.code === 1012 ? this.#backoff.within(left) : this.#backoff.after(left);
  }

  /** @param {number} [toldDelay] in ms; by default what whoami advised, or a draw of our own */
  #wait(detail, toldDelay) {
    this.#turn++;
    const left = (this.#advice?.until ?? 0) - this.#clock.now();
    const asked = toldDelay ?? (left > 0 ? this.#backoff.after(left) : undefined);
    const delay = asked ?? this.#backoff.next();
    this.#asked = asked !== undefined;
    this.#retry.set(delay);
    this.#set('waiting', { ...detail, ...this.#shown(), delay });
  }

  /** What is known of the reason why no attempt opens. */
  #shown() {
    if (this.#blocked >= 3) return { blocked: true, why: WHY_BLOCKED };
    return this.#advice ? { status: this.#advice.status, why: this.#advice.why } : {};
  }

  /** After the 1st, 3rd and every 5th attempt that never opened. */
  async #askWhy() {
    const count = this.#unopened;
    if (count !== 1 && count !== 3 && count % 5 !== 0) return;
    const answer = await this.#whoami.ask(this.#token);
    if (!answer || this.#unopened === 0) return; // it opened meanwhile
    this.#advice = answer;
    if (this.#state !== 'waiting' || this.#retry.due === null) return;
    if (answer.until) this.#wait(this.#detail);
    else this.#set('waiting', { ...this.#detail, ...this.#shown(), delay: this.#retry.due - this.#clock.now() });
  }

  /** The container closes with 1008 when the HTTP session ends: are we still who we were? Anonymous pages are. */
  async #askWhether(detail) {
    const turn = ++this.#turn;
    this.#set('waiting', detail);
    const answer = await this.#whoami.ask(this.#token);
    if (turn !== this.#turn) return;
    const loggedOut = answer?.status === 200 && this.#user !== null && answer.user !== this.#user;
    if (answer?.status === 401 || loggedOut) this.#stop('refused', { ...detail, status: 401, why: WHY_HTTP[401] });
    else this.#wait(detail);
  }

  // ---- the page's life

  #listen() {
    const { env } = this.#options;
    if (!env || this.#unlisten) return;
    const listeners = Object.entries({
      pagehide: () => this.#hidden(),
      pageshow: () => this.#shownAgain(),
      freeze: () => this.#sleep('the page is frozen'),
      resume: () => this.#wake(),
      visibilitychange: () => (env.visibilityState === 'hidden' ? this.#unwatched() : this.#wake()),
      online: () => this.#online(),
      offline: () => this.#link?.doubt(PROBE), // no proof: some networks are said to be off and work
    });
    for (const [type, fn] of listeners) env.addEventListener(type, fn);
    this.#unlisten = () => listeners.forEach(([type, fn]) => env.removeEventListener(type, fn));
  }

  #hidden() {
    this.#instance.giveBack();
    this.#sleep('the page is hidden away');
  }

  /** Or for the first time, which does no harm. */
  #shownAgain() {
    this.#instance.take();
    this.#wake();
  }

  /** A frozen or put-away page runs nothing, but its socket stays open and answers pings: all sent to it is lost. */
  #sleep(why) {
    if (this.#asleep || this.#stopped) return;
    this.#asleep = true;
    this.#hangUp(why);
    this.#set('waiting', { why });
  }

  #wake() {
    if (!this.#asleep) return this.#nudge();
    this.#asleep = false;
    return this.#dial({ why: 'the page is back' });
  }

  /** Nobody looks: a good moment to see whether WebSockets get through by now. */
  #unwatched() {
    if (this.#link?.mute && this.#clock.now() >= this.#detour.until) this.#tryWebSocket();
  }

  /** It may be another network, which lets WebSockets through. */
  #online() {
    if (!this.#link?.mute) return this.#nudge();
    this.#detour.until = 0;
    return this.#tryWebSocket();
  }

  #tryWebSocket() {
    this.#hangUp('a WebSocket is tried again');
    this.#dial({ why: 'a WebSocket is tried again' });
  }

  #nudge() {
    const now = this.#clock.now();
    if (Math.abs(now - this.#nudgedAt) < QUIET) return;
    this.#nudgedAt = now;
    const early = this.#asked && now < this.#retry.due;
    if (this.#link) this.#link.nudge();
    else if (this.#retry.due !== null && !early) this.#dial({ why: 'the page is looked at, or the network is back' });
  }

  get #stopped() {
    return this.#state === 'replaced' || this.#state === 'refused' || this.#state === 'closed';
  }

  #hangUp(reason) {
    this.#turn++;
    this.#retry.clear();
    this.#link?.leave(reason);
    this.#lost();
  }
}
