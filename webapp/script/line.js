import { PROBE } from './times.js';
import { TAKEABLE, WHY, WHY_HTTP, cause, isFinal, verdict } from './codes.js';
import { eventsDoor, neighbour, whoamiDoor } from './address.js';
import { Alarm, Waits, clockOf } from './clock.js';
import { Api } from './api.js';
import { Backoff } from './backoff.js';
import { Conversation } from './conversation.js';
import { Credentials, noToken } from './credentials.js';
import { Detour } from './detour.js';
import { Diagnosis } from './diagnosis.js';
import { Audience } from './audience.js';
import { Instance } from './instance.js';
import { Journal } from './journal.js';
import { PageLife } from './pagelife.js';
import { Whoami } from './whoami.js';

const UNASKED = { why: 'not connected yet' };
/**
 * The line behind the door: it decides when to connect, wait, ask or stop. Never more than one socket of it is alive.
 * Internal.
 */
export class Line {
  #waits; // for what only this line needs to know
  #credentials;
  #instance;
  #talk;
  #life;
  #detour;
  #diagnosis;
  #backoff;
  #retry;
  #journal;
  #url;
  #turn = 0; // rises with every step; an answer that belongs to an earlier one is dropped
  #takes = false; // whether the present attempt is to win the line from others that have it
  #asked = false; // the server named the moment to come back: nudges do not bring it forward

  clock;
  api;
  events = new Audience();
  state = 'connecting';
  detail = {};

  /**
   * @param {string} url whole, ws or wss
   * @param {object} options complete
   */
  constructor(url, options) {
    const { connectTimeout, fetch } = options;
    const clock = (this.clock = clockOf(options));
    this.#url = url;
    this.#journal = new Journal(clock, options.log);
    const doors = { line: url, events: options.EventSource ? eventsDoor(url, options) : null };
    const waits = (this.#waits = new Waits(clock));
    this.#credentials = new Credentials(waits, options.token, connectTimeout);
    this.#instance = new Instance(clock, options.storage, `heartline ${url}`);
    this.#talk = new Conversation(clock, options, doors, this.#credentials, this.#instance, this.#talkHost());
    this.#life = new PageLife(clock, options.env, this.#lifeHost(), options.background);
    this.#detour = new Detour(clock, doors.events !== null, !options.WebSocket);
    this.#diagnosis = new Diagnosis(clock, new Whoami(waits, clock, fetch, whoamiDoor(url, options)));
    this.#backoff = new Backoff(options.random, options.reconnect);
    this.#retry = new Alarm(clock, () => this.#dial({ why: 'trying again' }));
    this.api = new Api(clock, fetch, this.#credentials, connectTimeout, path => neighbour(path, url));
    if (options.autoConnect !== false) this.#start();
    else Object.assign(this, { state: 'closed', detail: UNASKED }); // publications wait for connect()
  }

  get talk() {
    return this.#talk;
  }
  get life() {
    return this.#life;
  }

  /** @type {object} for support: what JSON can say, and no secrets */
  get shown() {
    const { state, detail, clock } = this;
    const url = this.#url.replace(/\?.*/, '');
    const { unopened } = this.#diagnosis;
    const { away } = this.#life;
    return { time: clock.now(), url, state, detail: { ...detail }, away, unopened, ...this.#talk.shown, journal: this.#journal.entries };
  }

  takeBack() {
    if (this.#talk.link || !TAKEABLE.has(this.detail.code)) return false;
    this.#start({ take: true });
    return true;
  }

  /** Somebody shares the line from now on, who wants it open. */
  join() {
    if (this.detail === UNASKED) this.connect();
  }

  connect() {
    if (this.#talk.link || this.state === 'connecting' || (this.#life.away && !this.#stopped)) return;
    if (this.#stopped) this.#talk.forgetUser(); // by intention, and maybe as somebody else
    this.#start();
  }

  close() {
    this.#life.stop();
    this.#instance.giveBack();
    this.#hangUp('closed by the page');
    this.#waits.giveUp();
    this.#talk.forgetUser();
    this.#set('closed', { why: 'closed by the page' });
  }

  // ---- connecting

  #start({ take = false } = {}) {
    if (this.state === 'refused' || this.state === 'closed') this.#talk.user = null; // whoever it is from now on
    this.#talk.publications.resume();
    this.#life.listen();
    this.#instance.take();
    this.#credentials.forgive();
    this.#hangUp('');
    this.state = 'connecting';
    const turn = this.#turn;
    const begin = () => (this.#life.away ? this.#slept(this.#life.away) : this.#dial({ why: 'connecting' }, take)); // see PageLife
    Promise.resolve().then(() => turn === this.#turn && begin());
  }

  async #dial(detail, take = false) {
    this.#takes = take;
    this.#retry.clear();
    const turn = ++this.#turn;
    this.#set('connecting', detail);
    if (turn !== this.#turn) return; // a listener decided otherwise
    // Asked for each attempt: a token may have run out while the line was down.
    if (this.#credentials.areFetched && !(await this.#fetchToken(turn))) return;
    this.#talk.open(take, this.#detour.isPreferred);
  }

  /** @returns {Promise<boolean>} false if it came to nothing, or something else happened meanwhile */
  async #fetchToken(turn) {
    try {
      const token = await this.#credentials.fresh();
      if (turn === this.#turn) this.#credentials.token = token;
      return turn === this.#turn;
    } catch (error) {
      if (turn !== this.#turn) return false;
      this.#wait({ why: 'no token could be fetched' });
      this.#error(noToken(error));
      return false;
    }
  }

  /** The login that this page had is gone. It must not go on as nobody, without a sign, nor as somebody else. */
  #changedHands(code) {
    this.#hangUp(WHY[code]);
    this.#stop('refused', { code, reason: '', why: WHY[code] });
  }

  #welcomed(mute) {
    this.#detour.welcomed(mute);
    if (this.state !== 'live') this.#set('live', { why: mute ? 'live, by server-sent events' : 'live' });
  }

  #set(state, detail) {
    this.state = state;
    this.detail = detail;
    this.#journal.note('state', { state, ...detail });
    if (this.#stopped) this.#talk.publications.giveUp({ code: state, message: detail.why });
    this.events.emit('state', state, detail);
  }

  #error(error) {
    this.#journal.note('error', error);
    if (!this.events.emit('error', error)) console.warn(`heartline: ${error.code} - ${error.message}`);
  }

  #talkHost() {
    return {
      opened: () => this.#diagnosis.opened(),
      welcomed: mute => this.#welcomed(mute),
      changedHands: code => this.#changedHands(code),
      said: (event, detail) => this.events.emit(event, detail),
      error: error => this.#error(error),
      note: (what, detail) => this.#journal.note(what, detail),
      ended: (end, mute) => this.#ended(end, mute),
    };
  }

  // ---- after the end of a line

  #ended(end, mute) {
    if (end.lived) this.#forgive();
    this.#diagnosis.ended(end);
    if (!mute) this.#detour.socketEnded(end, this.#diagnosis.unopened, this.#diagnosis.httpWorks);
    else if (!this.#detour.streamEnded(end)) this.#diagnosis.forget();
    this.#next(end, cause(end));
  }

  #forgive() {
    this.#backoff.reset();
    this.#credentials.forgive();
    this.#talk.careful = false;
  }

  #next(end, detail) {
    const { code } = detail;
    if (this.#credentials.renewAfter(code)) return this.#dial(detail, this.#takes);
    const what = verdict(code, end.bye);
    if (what !== 'back') return this.#stop(what, detail);
    if (code === 1008) return this.#askWhether(detail);
    if (code === 1009) this.#talk.careful = true;
    const delay = this.#backoff.told(end, this.clock.now());
    if (end.dead && delay === undefined) return this.#dial(detail);
    this.#wait(detail, delay);
    // Told last: a listener may close or connect, and that stands.
    if (code === 1009) this.#error({ code, message: detail.why });
    return this.#diagnosis.unopened > 0 && this.#askWhy();
  }

  #stop(state, detail) {
    this.#turn++;
    this.#set(state, detail);
  }

  /** @param {number} [toldDelay] in ms; by default what whoami advised, or a draw of our own */
  #wait(detail, toldDelay) {
    this.#turn++;
    const advised = this.#diagnosis.delay;
    const asked = toldDelay ?? (advised && this.#backoff.after(advised));
    const delay = asked ?? this.#backoff.next(this.clock.now(), this.#life.watched);
    this.#asked = asked !== undefined;
    this.#retry.set(delay);
    this.#set('waiting', { ...detail, ...this.#diagnosis.shown(), delay });
  }

  async #askWhy() {
    if (!(await this.#diagnosis.ask(this.#credentials.token))) return;
    if (this.state !== 'waiting' || this.#retry.due === null) return;
    if (this.#diagnosis.delay) this.#wait(this.detail);
    else this.#set('waiting', { ...this.detail, ...this.#diagnosis.shown(), delay: this.#retry.left });
  }

  /** The container closes with 1008 when the HTTP session ends: are we still who we were? Anonymous pages are. */
  async #askWhether(detail) {
    const turn = ++this.#turn;
    this.#set('waiting', detail);
    const loggedOut = await this.#diagnosis.asksWhetherLoggedOut(this.#talk.user, this.#credentials.token);
    if (turn !== this.#turn) return;
    if (loggedOut) this.#stop('refused', { ...detail, status: 401, why: WHY_HTTP[401] });
    else this.#wait(detail);
  }

  // ---- the page's life

  #lifeHost() {
    const line = this;
    return {
      get stopped() {
        return line.#stopped;
      },
      leaving: () => this.#instance.giveBack(),
      returning: again => (again ? this.#instance.takeAnother() : this.#instance.take()),
      slept: why => this.#slept(why),
      woke: () => this.#dial({ why: 'the page is back' }),
      nudged: () => this.#nudged(),
      unwatched: () => this.#talk.link?.mute && !this.#detour.isPreferred && this.#tryWebSocket(),
      online: () => this.#online(),
      offline: () => this.#talk.link?.doubt(PROBE), // no proof: some networks are said to be off and work
    };
  }

  #slept(why) {
    this.#hangUp(why);
    this.#set('waiting', { why });
  }

  /** It may be another network, which lets WebSockets through. */
  #online() {
    const other = this.#detour.end();
    return other && this.#talk.link?.mute ? this.#tryWebSocket() : this.#life.nudge();
  }

  #tryWebSocket() {
    this.#hangUp('a WebSocket is tried again');
    this.#dial({ why: 'a WebSocket is tried again' });
  }

  #nudged() {
    const early = this.#asked && this.#retry.left > 0;
    if (this.#talk.link) this.#talk.link.nudge();
    else if (this.#retry.due !== null && !early) this.#dial({ why: 'the page is looked at, or the network is back' });
  }

  get #stopped() {
    return isFinal(this.state);
  }

  #hangUp(reason) {
    this.#turn++;
    this.#retry.clear();
    this.#talk.leave(reason);
  }
}
