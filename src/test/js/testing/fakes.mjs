// Stand-ins named for what they do. Time moves only when told; nothing here touches the network.
import assert from 'node:assert/strict';
import { Heartline } from './script.mjs';

export const SECOND = 1_000;
export const BEAT = 25 * SECOND;
export const GRACE = 10 * SECOND;
export const PROBE = 5 * SECOND;

/** Lets promises run until nothing is left to do. */
export async function settle() {
  for (let i = 0; i < 30; i++) await Promise.resolve();
}

/** Time that moves when told: advance() as usual, sleep() as a closed lid does, timers ringing late afterwards. */
export class FakeClock {
  time = 1_700_000_000_000;
  #timers = new Map();
  #next = 1;

  now = () => this.time;
  setTimeout = (fn, ms) => {
    this.#timers.set(this.#next, { fn, at: this.time + ms });
    return this.#next++;
  };
  clearTimeout = id => void this.#timers.delete(id);

  get armed() {
    return this.#timers.size;
  }

  async advance(ms) {
    const until = this.time + ms;
    await settle();
    for (let due; (due = this.#dueBefore(until)); await settle()) {
      this.time = Math.max(this.time, due.at);
      this.#timers.delete(due.id);
      due.fn();
    }
    this.time = until;
  }

  /** The clock jumps and no timer rang meanwhile; those that are overdue ring at the next advance(). */
  sleep(ms) {
    this.time += ms;
  }

  #dueBefore(until) {
    const due = [...this.#timers].map(([id, timer]) => ({ id, ...timer })).filter(({ at }) => at <= until);
    return due.sort((a, b) => a.at - b.at || a.id - b.id)[0];
  }
}

/** A WebSocket whose other end is the test. Refuses what browsers refuse. */
export class FakeSocket extends EventTarget {
  readyState = 0;
  sent = [];
  closedWith = null;
  onopen = null;
  onmessage = null;
  onerror = null;
  onclose = null;
  #listeners = [];

  constructor(url, protocols) {
    super();
    this.url = url;
    this.protocols = protocols;
  }

  /** Those that capture come first, as in browsers; Node keeps the order in which they were added. */
  addEventListener(type, fn, options) {
    const others = this.#listeners.filter(other => other.type === type);
    this.#listeners.push({ type, fn });
    super.addEventListener(type, fn);
    if (!options?.capture) return;
    for (const { fn: other } of others) super.removeEventListener(type, other);
    for (const { fn: other } of others) super.addEventListener(type, other);
  }

  removeEventListener(type, fn) {
    this.#listeners = this.#listeners.filter(other => other.type !== type || other.fn !== fn);
    super.removeEventListener(type, fn);
  }

  send(text) {
    if (this.readyState === 0) throw new DOMException('still connecting', 'InvalidStateError');
    if (this.readyState === 1) this.sent.push(text);
  }

  /** Like a browser's with a peer that never answers: no close event follows. */
  close(code, reason = '') {
    if (code !== undefined && code !== 1000 && (code < 3000 || code > 4999)) throw new DOMException(`${code}`, 'InvalidAccessError');
    if (new TextEncoder().encode(reason).length > 123) throw new DOMException(reason, 'SyntaxError');
    if (this.readyState < 2) this.readyState = 2;
    this.closedWith ??= { code, reason };
  }

  // ---- the test's end

  serverOpens() {
    this.readyState = 1;
    this.#fire('open', {});
  }

  serverSends(...frames) {
    this.#fire('message', { data: frames.map(frame => (typeof frame === 'string' ? frame : JSON.stringify(frame))).join('\n') });
  }

  serverCloses(code, reason = '') {
    this.readyState = 3;
    this.#fire('close', { code, reason, wasClean: code !== 1006 });
  }

  /** As for every refused handshake: error, then close 1006. */
  serverRefuses() {
    this.readyState = 3;
    this.#fire('error', {});
    this.#fire('close', { code: 1006, reason: '', wasClean: false });
  }

  /** As Chromium does where a policy forbids the address. */
  errorsWithoutClose() {
    this.readyState = 3;
    this.#fire('error', {});
  }

  /** All commands sent so far, frame boundaries taken away. */
  get commands() {
    return this.sent.flatMap(frame => frame.split('\n')).map(text => JSON.parse(text));
  }

  commandsOf(kind) {
    return this.commands.filter(command => kind in command);
  }

  get alive() {
    return this.readyState < 2;
  }

  #fire(type, fields) {
    const event = Object.assign(new Event(type), fields);
    this[`on${type}`]?.(event);
    this.dispatchEvent(event);
  }
}

/** An EventSource whose other end is the test. It would come back by itself if it were let. */
export class FakeEvents {
  readyState = 0;
  onopen = null;
  onmessage = null;
  onerror = null;

  constructor(url, options) {
    this.url = url;
    this.options = options;
  }

  close() {
    this.readyState = 2;
  }

  // ---- the test's end

  serverOpens() {
    this.readyState = 1;
    this.onopen?.(new Event('open'));
  }

  /** One event per object. What was closed hears nothing, as in browsers. */
  serverSends(...objects) {
    for (const object of objects) {
      if (this.readyState === 1) this.onmessage?.(Object.assign(new Event('message'), { data: JSON.stringify(object) }));
    }
  }

  /** As browsers do when the stream ends: they say an error and go to connecting. */
  serverEnds() {
    this.readyState = 0;
    this.onerror?.(new Event('error'));
  }

  /** As browsers do after any answer but 200. */
  serverRefuses() {
    this.readyState = 2;
    this.onerror?.(new Event('error'));
  }

  get alive() {
    return this.readyState < 2;
  }

  /** What was asked for in the URL, decoded. */
  get query() {
    return Object.fromEntries(new URL(this.url).searchParams);
  }
}

/** Window and document of a page that the test hides, freezes and shows. */
export class FakePage extends EventTarget {
  visibilityState = 'visible';
  listeners = new Map();

  addEventListener(type, fn) {
    this.listeners.set(type, (this.listeners.get(type) ?? 0) + 1);
    super.addEventListener(type, fn);
  }

  removeEventListener(type, fn) {
    this.listeners.set(type, this.listeners.get(type) - 1);
    super.removeEventListener(type, fn);
  }

  fire(type, fields = {}) {
    this.dispatchEvent(Object.assign(new Event(type), fields));
  }

  hide() {
    this.visibilityState = 'hidden';
    this.fire('visibilitychange');
  }

  show() {
    this.visibilityState = 'visible';
    this.fire('visibilitychange');
  }
}

/** sessionStorage of one tab; copy() is what the browser does when the tab is duplicated. */
export class FakeStorage {
  constructor(entries = []) {
    this.entries = new Map(entries);
  }
  getItem = key => this.entries.get(key) ?? null;
  setItem = (key, value) => void this.entries.set(key, value);
  removeItem = key => void this.entries.delete(key);
  copy = () => new FakeStorage(this.entries);
}

/** A server's HTTP side; answers what the test put in, and nothing (for ever) if that is 'silence'. */
export class FakeHttp {
  asked = [];
  answer = { status: 200, user: 'ann' };
  body = undefined; // in place of who the caller is

  fetch = (url, request) => {
    this.asked.push({ url, ...request });
    if (this.answer === 'silence') return new Promise(() => {});
    if (this.answer instanceof Error) return Promise.reject(this.answer);
    const { status, user = 'ann', retryAfter = null } = this.answer;
    const headers = { get: name => (name.toLowerCase() === 'retry-after' ? retryAfter : null) };
    return Promise.resolve({ status, headers, json: async () => this.body ?? { user } });
  };
}

export const WELCOME = { welcome: { line: 'l1', user: 'ann', beat: BEAT, grace: GRACE, time: 1, limits: {} } };

/** A page with one line in it, and everything around it in the test's hands. */
export class Scene {
  clock = new FakeClock();
  page = new FakePage();
  storage = new FakeStorage();
  http = new FakeHttp();
  sockets = [];
  states = [];
  errors = [];
  beats = [];
  random = 0;
  blocks = false; // the constructor throws, as Firefox's under a policy
  hasEvents = false; // the browser has an EventSource
  streams = [];

  /** @returns {Promise<Scene>} with the first attempt made */
  static async of(options = {}, prepare = () => {}) {
    const scene = new Scene();
    prepare(scene);
    scene.line = scene.open(options);
    await settle();
    return scene;
  }

  /** @returns {Promise<Scene>} with a live line */
  static async live(options, prepare) {
    const scene = await Scene.of(options, prepare);
    await scene.goLive();
    return scene;
  }

  /** @param {function(object)} [options.keep] is given all options, for others on this page */
  open({ url = 'ws://host/heartline/line', keep, ...options } = {}) {
    const complete = {
      WebSocket: this.#socketClass(),
      EventSource: this.hasEvents ? this.#eventsClass() : undefined,
      fetch: this.http.fetch,
      env: this.page,
      storage: this.storage,
      random: () => this.random,
      setTimeout: this.clock.setTimeout,
      clearTimeout: this.clock.clearTimeout,
      now: this.clock.now,
      ...options,
    };
    keep?.(complete);
    const line = new Heartline(url, complete);
    line.on('state', (state, detail) => this.states.push([state, detail]));
    line.on('error', error => this.errors.push(error));
    line.on('beat', beat => this.beats.push(beat));
    return line;
  }

  get socket() {
    return this.sockets.at(-1);
  }

  get stream() {
    return this.streams.at(-1);
  }

  get detail() {
    return this.states.at(-1)[1];
  }

  get hello() {
    return this.socket.commands[0].hello;
  }

  async goLive(welcome = WELCOME) {
    await settle();
    assert.equal(this.socket.readyState, 0, 'a fresh attempt is under way');
    this.socket.serverOpens();
    this.socket.serverSends(welcome);
    await settle();
    assert.equal(this.line.state, 'live');
  }

  /** Ends the present line and waits for the next attempt. */
  async reconnect(code = 1006) {
    this.socket.serverCloses(code);
    await this.clock.advance(this.detail.delay ?? 0);
    await this.goLive();
  }

  #socketClass() {
    const scene = this;
    return class extends FakeSocket {
      constructor(url, protocols) {
        if (scene.blocks) throw new Error('NS_ERROR_CONTENT_BLOCKED');
        super(url, protocols);
        scene.sockets.push(this);
        scene.#countAlive();
      }
    };
  }

  #eventsClass() {
    const scene = this;
    return class extends FakeEvents {
      constructor(url, options) {
        super(url, options);
        scene.streams.push(this);
        scene.#countAlive();
      }
    };
  }

  #countAlive() {
    const alive = attempts => attempts.filter(attempt => attempt.alive).length;
    const [sockets, streams] = [alive(this.sockets), alive(this.streams)];
    assert.ok(sockets + streams <= 1 || (sockets === 0 && streams === 2), 'never more than one attempt is alive, or one stream and its successor');
  }
}

/** Catches what pages' faulty callbacks throw, for the time of `fn`. */
export async function reported(fn) {
  const before = globalThis.reportError;
  const caught = [];
  globalThis.reportError = error => caught.push(error.message);
  try {
    await fn();
  } finally {
    globalThis.reportError = before;
  }
  return caught;
}

export const push = (channel, offset, data, position) => ({ channel, offset, ...(position && { position }), data });
