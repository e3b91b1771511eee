/*
 * Heartline: keeps one live line between this page and its server, and every update on it in order, once.
 *
 *   <script src="/heartline/heartline.js"></script>     or     import { Heartline } from '/heartline/heartline.mjs';
 *
 *   const line = new Heartline('/heartline/line', { token: () => fetchToken() });   // see below
 *   const orders = line.subscribe('public:orders', (data, { offset, position }) => render(data));
 *   orders.on('gap', () => reload());                     // state was lost or too old: fetch it anew
 *   line.on('state', (state, { why }) => { badge.textContent = state; badge.title = why; });
 *   useHere.onclick = () => line.takeBack();              // after 4500: a newer tab has the line
 *
 * A token says who the user is, where the server takes the application's tokens (heartline.auth=jwt); fetchToken() is
 * the page's own. Where cookies say it, or nothing does, leave that option out.
 *
 * States: connecting | live | waiting (comes back by itself) | replaced (another tab) | refused | closed.
 * The last three are left only by takeBack(), connect() or a new object.
 *
 * Where something on the way lets no WebSocket through, the line goes by server-sent events, with the same promises.
 *
 * Mini programs have no window, URL, crypto or WebSocket. They require() this file and pass in what overWx() of
 * heartline-wx.js makes. So nothing of a browser is used here unless it is there.
 *
 * Pages that own their WebSocket and only want it watched: see heartCheck() at the end.
 *
 * Reading order: Alarm, Events, Backoff, Watchdog, Instance, EventLine, Link (one socket), Subscription, Channel, Channels,
 * Publications, Presence, Whoami, Heartline (the door), HeartCheck. No dependencies, no build step, nothing a strict CSP forbids.
 */
(() => {
  'use strict';

  // All times are milliseconds.
  const BEAT = 25_000; // until the welcome says otherwise
  const GRACE = 10_000;
  const PROBE = 5_000; // how long a suspected line has to answer
  const WAKE_PROBE = 3_000; // the same after a wake-up or a change of network, when somebody may be looking
  const LATE = 2_000; // a timer later than this has slept; hidden tabs alone make ours at most 1 s late
  const LATE_PROBES = 3; // late probes in a row before the line is given up; see Watchdog
  const QUIET = 1_000; // a line heard within this needs no probe, and nudges closer than this are one
  const CONNECT = 10_000; // from the constructor to the welcome; browsers wait 20 to 240 s
  const FAREWELL = 2_000; // after the moment a bye named, the old line is not waited for any longer
  const ERROR_ALONE = 100; // an error that no close follows within this was the end
  const LIFE = 30_000; // a line that lived so long, or one beat, has earned a fresh backoff
  const WHOAMI = 5_000;
  const BLOCKED_AFTER = 2; // WebSockets in a row that failed though HTTP works: something blocks them
  const DETOUR = 600_000; // so long server-sent events are preferred, then the WebSocket is tried again
  const CHANGE = 50; // changes of what is read are collected for so long before a mute line is opened anew
  const LONGEST_DELAY = 3_600_000; // setTimeout overflows at 24 days and would fire at once
  const FRAME = 16_384; // characters of commands put into one frame; servers take 64 KiB
  const PUBLISHING = 16; // publications under way at a time; the server lets no more wait than it can hold
  const MOST_WAITING = 256; // publications that wait for a line, or for those before them
  const MESSAGE = 65_536; // bytes of the largest message, until the welcome says otherwise
  const OPEN = 1;
  const CLOSED = 3;

  const REPLACED = 4500;
  const LOST = new Set([1000, 1005, 1006]); // what is left of a code that a stack or proxy lost
  const TAKEABLE = new Set([4500, 4505, 4008]); // the seat is somebody else's: take:true may win it back

  const WHY = {
    1000: 'the server ended the line',
    1001: 'the server is stopping',
    1006: 'the connection was lost',
    1008: 'the server ended the session',
    1009: 'a message was too big for the server',
    1012: 'the server is restarting',
    4000: 'the server moves its lines',
    4001: 'the token has expired',
    4002: 'the line was too slow, or missed something',
    4003: 'no answer to beats',
    4008: 'the server is busy, or another tab holds the line',
    4500: 'a newer tab took the line',
    4501: 'the server ended this line for good',
    4502: 'this user is blocked',
    4503: 'logged out',
    4504: 'the credentials were refused: log in again',
    4505: 'no more lines for this user',
    4506: 'this version of the page is too old or too new for the server',
    4507: 'the server could not read this page',
    4508: 'not allowed',
  };

  const WHY_BLOCKED = 'the browser blocks the address: see its policy (connect-src) and permissions';

  const WHY_HTTP = {
    200: 'HTTP works but the WebSocket does not: does every proxy on the way pass it on?',
    401: 'not logged in',
    403: 'not allowed',
    429: 'too many requests',
    503: 'the server is overloaded',
  };

  const nothing = () => {};

  /** What the browser offers. Some mini programs know no globalThis. */
  const browser = typeof globalThis === 'undefined' ? {} : globalThis;

  /** A page's mistake is shown like any uncaught error, and nothing else of ours stops for it. */
  function report(error) {
    if (typeof browser.reportError === 'function') browser.reportError(error);
    else console.error(error);
  }

  function attempt(fn, ...args) {
    try {
      return fn(...args);
    } catch (error) {
      report(error);
      return undefined;
    }
  }

  /** Lets a socket go: nothing it still does is heard, and if it opens late it is closed. */
  function detach(socket) {
    socket.onopen = () => shut(socket, 1000, 'too late');
    // Not null: some implementations throw on an error nobody listens to.
    socket.onmessage = socket.onerror = socket.onclose = nothing;
  }

  /** Closes whatever the state. Browsers throw on reasons over 123 bytes and on codes other than 1000, 3000-4999. */
  function shut(socket, code, reason) {
    try {
      socket.close(code, reason.replace(/[^ -~]/g, '?').slice(0, 123));
    } catch {
      // Already gone, or a stand-in that takes no arguments: there is nothing left to tell.
    }
  }

  /** 4500-4999 mean stay away, also those nobody has thought of yet. */
  const staysAway = code => code >= 4500 && code < 5000;

  /** @returns {'replaced'|'refused'|'closed'|'back'} what a page does after this code */
  function verdict(code, bye) {
    if (code === REPLACED) return 'replaced';
    if (staysAway(code)) return 'refused';
    // Proxies and containers send 1000 for reasons of their own, so it counts only if the server announced it.
    if (code === 1000 && bye && bye.reconnect === false) return 'closed';
    return 'back';
  }

  /** A time the server told, in ms; undefined if it told none. */
  function told(value) {
    return Number.isFinite(value) && value >= 0 ? Math.min(value, LONGEST_DELAY) : undefined;
  }

  /** Offset in a position `epoch:offset:tag`; null if it cannot be seen, then the next push says it. */
  function offsetOf(position) {
    const parts = typeof position === 'string' ? position.split(':') : [];
    const offset = parts.length > 2 ? parts[parts.length - 2] : '';
    return /^\d{1,15}$/.test(offset) ? Number(offset) : null;
  }

  /** @returns {string} a name that nobody else has */
  function freshName() {
    // Not randomUUID: pages served by plain http do not have it. Mini programs have nothing; such names are no secrets.
    const room = new Uint8Array(16);
    const bytes = browser.crypto?.getRandomValues(room) ?? room.map(() => Math.random() * 256);
    return Array.from(bytes, byte => (byte & 255).toString(16).padStart(2, '0')).join('');
  }

  /** @returns {number} the length of a well-formed text in UTF-8 */
  function bytesOf(text) {
    let bytes = 0;
    for (const character of text) {
      const code = character.codePointAt(0);
      bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }
    return bytes;
  }

  /** @returns {string[]} the commands, which may be JSON already, one per line, in as few frames as fit */
  function framesOf(commands, limit) {
    const frames = [];
    for (const text of commands.map(command => (typeof command === 'string' ? command : JSON.stringify(command)))) {
      const last = frames.length - 1;
      if (last >= 0 && frames[last].length + text.length < limit) frames[last] += `\n${text}`;
      else frames.push(text);
    }
    return frames;
  }

  /**
   * Where to start is part of the URL: a mute line cannot say it later.
   *
   * @param {object[]} commands subscribes
   * @param {?string} as whose line it was
   * @returns {string}
   */
  function eventsAddress(door, commands, as) {
    const since = [];
    const channels = [];
    for (const { subscribe, after, last } of commands) {
      // Neither names nor positions hold a comma or an equals sign; what does is no position, and the server says so.
      if (after !== undefined) since.push(`${subscribe}=${String(after).replace(/[,=]/g, '?')}`);
      else if (last > 0) since.push(`${subscribe}=-${Math.min(last, 999_999_999)}`);
      else channels.push(subscribe);
    }
    // These need no escapes in a query, and servers take 8 KiB of head.
    const text = list => encodeURIComponent(list.join()).replace(/%(2C|2F|3A|3D)/g, decodeURIComponent);
    const query = `channels=${text(channels)}${since.length > 0 ? `&since=${text(since)}` : ''}${as === null ? '' : `&as=${encodeURIComponent(as)}`}`;
    return `${door}${door.includes('?') ? '&' : '?'}${query}`;
  }

  /** Timers and the clock as one thing. Called bare, because browsers refuse them with a foreign `this`. */
  function clockOf(options) {
    const { setTimeout: set = setTimeout, clearTimeout: clear = clearTimeout, now = Date.now } = options;
    return { set: (fn, ms) => set(fn, ms), clear: timer => clear(timer), now: () => now() };
  }

  /**
   * One timer that knows how late it rings. Lateness is how a page learns that it slept.
   * Internal.
   */
  class Alarm {
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
  function within(ms, clock, promise) {
    return new Promise((resolve, reject) => {
      const alarm = new Alarm(clock, () => reject(new Error(`no answer within ${ms} ms`)));
      alarm.set(ms);
      Promise.resolve(promise).then(resolve, reject).finally(() => alarm.clear());
    });
  }

  /**
   * Who listens to what. A listener that throws is reported, and the others still hear.
   * Internal.
   */
  class Events {
    #listeners = new Map();

    /** @returns {function()} takes the listener off again */
    on(name, fn) {
      if (typeof fn !== 'function') throw new TypeError(`listener of '${name}' must be a function: ${fn}`);
      const entry = { fn };
      const entries = this.#listeners.get(name) ?? new Set();
      this.#listeners.set(name, entries.add(entry));
      return () => void entries.delete(entry);
    }

    /** @returns {boolean} whether anybody listened */
    emit(name, ...args) {
      const entries = [...(this.#listeners.get(name) ?? [])];
      for (const { fn } of entries) attempt(fn, ...args);
      return entries.length > 0;
    }
  }

  /**
   * How long to wait before the next attempt: 250 ms and a random part whose limit doubles up to 30 s.
   * The whole part is random, so that the pages of a restarted server do not come back as one wave.
   * Internal.
   */
  class Backoff {
    #random;
    #tries = 0;

    constructor(random) {
      this.#random = random;
    }

    next() {
      return 250 + this.#random() * Math.min(30_000, 1_000 * 2 ** this.#tries++);
    }

    /** A delay the server told, with a little of our own so that equal delays do not meet. */
    after(delay) {
      return delay + this.#random() * Math.min(1_000, 250 + delay / 10);
    }

    /** Anywhere in a window the server told. */
    within(window) {
      return 250 + this.#random() * window;
    }

    reset() {
      this.#tries = 0;
    }
  }

  /**
   * Decides that a line is dead: silence is a suspicion, a probe that stays unanswered is the proof.
   * Its timer is armed by what arrives, never by an interval: a hidden tab runs timers once a minute, but not
   * those armed inside onopen or onmessage.
   *
   * After sleep, timers ring before the messages that waited in the socket. So a late ring proves nothing and only
   * asks again. But a hidden page's timers that arm each other end up late each time, hence the limit of LATE_PROBES.
   * Internal.
   */
  class Watchdog {
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

  /**
   * The name of this tab, the same over reloads, never that of another tab.
   *
   * While in use it is kept out of sessionStorage and put back on pagehide. Browsers copy sessionStorage when a tab is
   * duplicated or opened by window.open; the copy finds no name there and makes its own. A reload finds it again.
   * Unlike a lock or a question to other tabs this costs no waiting and needs no secure context. A crashed or
   * discarded tab loses its name, which is harmless: its old line is dead.
   * Internal.
   */
  class Instance {
    #storage;
    #key;

    /** @type {string} */
    id;

    constructor(storage, key) {
      this.#storage = storage;
      this.#key = key;
      this.take();
    }

    take() {
      const kept = this.#try(storage => storage.getItem(this.#key));
      this.#try(storage => storage.removeItem(this.#key));
      this.id = this.id ?? kept ?? freshName();
    }

    giveBack() {
      this.#try(storage => storage.setItem(this.#key, this.id));
    }

    /** Storage may be missing, forbidden or full; the name then lives as long as the page. */
    #try(fn) {
      try {
        return fn(this.#storage) ?? undefined;
      } catch {
        return undefined;
      }
    }
  }

  /**
   * An EventSource in the shape of a WebSocket. Nothing can be said through it; its own reconnect never comes to
   * pass, since what ends it ends it for good: the next one comes by our rules and from our position.
   * Internal.
   */
  class EventLine {
    #source;
    readyState = 0;
    onopen = nothing;
    onmessage = nothing;
    onclose = nothing;

    constructor(EventSource, url) {
      this.#source = new EventSource(url, { withCredentials: true });
      this.#source.onopen = () => {
        this.readyState = OPEN;
        this.onopen();
      };
      this.#source.onmessage = event => this.onmessage(event);
      this.#source.onerror = () => this.onclose({ code: 1006, reason: '' }); // whoever hears it closes
    }

    send() {}

    close() {
      this.readyState = CLOSED;
      this.#source.close();
    }
  }

  /**
   * The same by fetch, which can carry a token where an EventSource cannot.
   * Internal.
   */
  class FetchLine {
    #abort = new AbortController();
    readyState = 0;
    onopen = nothing;
    onmessage = nothing;
    onclose = nothing;

    constructor(fetch, url, token) {
      const headers = { Accept: 'text/event-stream', Authorization: `Bearer ${token}` };
      const request = { cache: 'no-store', credentials: 'include', headers, signal: this.#abort.signal };
      const reading = Promise.resolve(fetch(url, request)).then(response => response.ok && this.#read(response));
      reading.catch(nothing).then(() => this.onclose({ code: 1006, reason: '' }));
    }

    async #read(response) {
      const reader = response.body.getReader();
      const decoder = new browser.TextDecoder();
      this.readyState = OPEN;
      this.onopen();
      for (let rest = ''; ; ) {
        const { done, value } = await reader.read();
        if (done) return;
        const events = (rest + decoder.decode(value, { stream: true })).split('\n\n');
        rest = events.pop();
        events.forEach(event => this.#tell(event));
      }
    }

    /** One message per object, as an EventSource's. */
    #tell(event) {
      const data = event.split('\n').filter(line => line.startsWith('data: '));
      if (data.length > 0) this.onmessage({ data: data.map(line => line.slice(6)).join('\n') });
    }

    send() {}

    close() {
      this.readyState = CLOSED;
      this.#abort.abort();
    }
  }

  /**
   * One attempt: one socket from its constructor to its end, which it tells exactly once.
   * It answers beats, watches for silence and remembers the bye; it knows nothing of channels.
   *
   * Its host has: opened(), welcomed(welcome), beat(frame), told(frame), garbled(error) and
   * ended({ code, reason, why?, dead?, deaf?, blocked?, opened, lived, bye }).
   * Internal.
   */
  class Link {
    #clock;
    #host;
    #connectTimeout;
    #socket = null;
    #watchdog;
    #deadline; // first for the welcome, then for the close that a bye announced
    #errorAt = null;
    #extended = false;
    #over = false;
    #sentAt = 0;
    #heardAt = 0;
    #welcomedAt = null;
    #beat = BEAT;
    #bye = null;
    #probes = new Map(); // number -> { at, resolve, reject }
    #probed = 0;

    #heard = false; // anything at all arrived

    /** Whether the socket has opened. */
    opened = false;

    /** Whether nothing can be said on it: no commands, no beats, no probes. */
    mute;

    /** @type {number|undefined} the last measured round trip, in ms */
    rtt;

    constructor(clock, host, connectTimeout, mute) {
      this.#clock = clock;
      this.#host = host;
      this.#connectTimeout = connectTimeout;
      this.mute = mute;
      this.#watchdog = new Watchdog(clock, () => this.#ask({}), () => this.#died());
      this.#deadline = new Alarm(clock, late => this.#expired(late));
    }

    /** @param {function():(WebSocket|EventLine)} connect */
    open(connect) {
      this.#deadline.set(this.#connectTimeout);
      try {
        this.#socket = connect();
      } catch (error) {
        // Firefox throws where a policy forbids the address.
        this.#end({ code: 1006, reason: String(error?.message ?? error), blocked: true });
        return;
      }
      this.#socket.onopen = () => this.#onopen();
      this.#socket.onmessage = event => this.#onmessage(event.data);
      this.#socket.onerror = () => this.#onerror();
      this.#socket.onclose = event => this.#end({ code: event.code ?? 1006, reason: event.reason ?? '' });
    }

    /**
     * Sends commands in as few frames as `limit` (characters) allows; drops them if the socket is not open, since the
     * next line repeats what matters.
     */
    send(commands, limit = FRAME) {
      if (this.#over || this.#socket?.readyState !== OPEN) return;
      this.#sentAt = this.#clock.now();
      for (const frame of framesOf(commands, limit)) this.#socket.send(frame);
    }

    /** @returns {Promise<number>} the round trip in ms; rejected if the line ends first */
    probe() {
      if (this.mute) return Promise.reject(new Error('nothing can be asked over server-sent events'));
      return new Promise((resolve, reject) => this.#ask({ resolve, reject }));
    }

    /** Something happened that may have cost the line: ask, and take `limit` ms without an answer for its death. */
    doubt(limit) {
      if (this.#welcomedAt === null) return;
      // A mute line cannot be asked: only one whose beat is overdue is given so long to show itself.
      const overdue = Math.abs(this.#clock.now() - this.#heardAt) > this.#watchdog.silence;
      if (overdue || !this.mute) this.#watchdog.probe(limit);
    }

    /** As doubt(), unless the line was heard just now. */
    nudge() {
      if (Math.abs(this.#clock.now() - this.#heardAt) > QUIET) this.doubt(WAKE_PROBE);
    }

    /** Ends it by our own will, with a reason; the host hears of it like of any end. */
    fail(code, why) {
      this.#end({ code, reason: why, why });
    }

    /** Ends it without a word to the host. */
    leave(reason) {
      this.#release(1000, reason);
    }

    #onopen() {
      this.opened = true;
      this.#heardAt = this.#clock.now();
      this.#watchdog.heard();
      this.#host.opened();
    }

    #onmessage(text) {
      this.#heard = true;
      this.#heardAt = this.#clock.now();
      this.#watchdog.heard();
      const frames = this.#parse(text);
      this.#beatBack(frames);
      for (const frame of frames) {
        if (this.#over) return; // a callback closed the line, or a hole did: the next line brings the rest
        this.#take(frame);
      }
    }

    #parse(text) {
      try {
        const objects = text.split('\n').filter(Boolean).map(line => JSON.parse(line));
        return objects.filter(object => object !== null && typeof object === 'object');
      } catch (error) {
        this.#host.garbled(error);
        return [];
      }
    }

    /**
     * Here and nowhere else the page shows that it lives: not in a timer, which would go on or stall apart from the
     * page's work, and before the callbacks, which may take long. Pushes that keep coming hide our silence from
     * the server's beats, so a page that sent nothing for a beat speaks unasked.
     */
    #beatBack(frames) {
      const now = this.#clock.now();
      const silent = this.#welcomedAt !== null && Math.abs(now - this.#sentAt) >= this.#beat;
      if (silent || frames.some(frame => 'beat' in frame)) this.send([{ beat: now }]);
    }

    #take(frame) {
      if ('welcome' in frame) this.#welcomed(frame.welcome ?? {});
      else if ('beat' in frame) this.#host.beat(frame);
      else if ('probed' in frame) this.#answered(frame.probed);
      else if ('bye' in frame) this.#byeSaid(frame.bye ?? {});
      else this.#host.told(frame);
    }

    #welcomed(welcome) {
      this.#welcomedAt = this.#clock.now();
      this.#beat = told(welcome.beat) ?? BEAT;
      this.#watchdog.silence = this.#beat + (told(welcome.grace) ?? GRACE);
      this.#watchdog.heard();
      this.#deadline.clear();
      this.#host.welcomed(welcome);
    }

    /** The line goes on until the server closes it; if it does not, we do. */
    #byeSaid(bye) {
      this.#bye = { ...bye, delay: told(bye.delay), at: this.#clock.now() };
      this.#deadline.set((staysAway(bye.code) ? 0 : (this.#bye.delay ?? 0)) + FAREWELL);
    }

    #ask({ resolve = nothing, reject = nothing }) {
      this.#probes.set(++this.#probed, { at: this.#clock.now(), resolve, reject });
      this.send([{ probe: this.#probed }]);
    }

    #answered(number) {
      const probe = this.#probes.get(number);
      if (!probe) return;
      this.#probes.delete(number);
      this.rtt = this.#clock.now() - probe.at;
      probe.resolve(this.rtt);
    }

    #died() {
      this.#end({ code: 4003, reason: WHY[4003], dead: true });
    }

    /** Chromium tells a forbidden address by an error alone; after any other error the close follows at once. */
    #onerror() {
      if (this.#socket.readyState !== CLOSED) return;
      this.#errorAt = this.#clock.now();
      this.#deadline.set(ERROR_ALONE);
    }

    #expired(late) {
      if (this.#errorAt !== null) this.#end({ code: 1006, reason: '', blocked: !this.opened });
      else if (this.#bye) this.#end({ code: this.#bye.code ?? 1006, reason: '' });
      else if (late > LATE && !this.#extended) this.#extend();
      else this.#gaveUp(`no welcome within ${this.#connectTimeout} ms`);
    }

    #gaveUp(why) {
      this.#end({ code: 1006, reason: '', deaf: this.opened && !this.#heard, why });
    }

    /** The page slept while connecting: the welcome may be waiting right behind this timer. */
    #extend() {
      this.#extended = true;
      this.#deadline.set(WAKE_PROBE);
    }

    #end(end) {
      const lived = this.#welcomedAt !== null && this.#clock.now() - this.#welcomedAt >= Math.min(LIFE, this.#beat);
      this.#release(end.code === 4002 ? 4002 : 4003, end.why ?? end.reason);
      this.#host.ended({ ...end, opened: this.opened, lived, bye: this.#bye });
    }

    /** Never waits for the close: of a dead peer Chromium tells it after 60 s. */
    #release(code, reason) {
      this.#over = true;
      this.#watchdog.stop();
      this.#deadline.clear();
      if (this.#socket) {
        detach(this.#socket);
        if (this.#socket.readyState !== CLOSED) shut(this.#socket, code, reason);
      }
      for (const { reject } of this.#probes.values()) reject(new Error('the line ended before the answer'));
      this.#probes.clear();
    }
  }

  /**
   * What one subscribe() of the page gave it. Several of one channel share one subscription on the wire.
   *
   * Events: 'subscribed' ({ position, recovered, reason? }), 'gap' ({ position, reason }: load your state anew, the
   * pushes go on from there), 'unsubscribed' ({ reason }: a right ended, it is not taken up again) and
   * 'error' ({ code, message }).
   */
  class Subscription {
    #channel;
    #leave;
    #events = new Events();

    /** Called with (data, { channel, offset, position? }) for each publication. Internal. */
    fn;

    constructor(channel, fn, leave) {
      this.#channel = channel;
      this.#leave = leave;
      this.fn = fn;
    }

    /** @type {string} the channel's name */
    get channel() {
      return this.#channel.name;
    }

    /** @type {?string} where to go on reading: keep it, and give it to subscribe() as `after` */
    get position() {
      return this.#channel.position;
    }

    /**
     * @param {'subscribed'|'gap'|'unsubscribed'|'error'} event
     * @returns {function()} takes the listener off again
     */
    on(event, fn) {
      return this.#events.on(event, fn);
    }

    unsubscribe() {
      this.#leave(this.#channel, this);
    }

    /** Internal. */
    emit(event, detail) {
      return this.#events.emit(event, detail);
    }
  }

  /**
   * How far this page has read one channel, over all lines. Offsets are dense, so it sees repeats and holes.
   * Internal.
   */
  class Channel {
    #offset = null; // of the last publication handed on; null: not known, the next one says it
    #standsAt = null; // offset of `position`; may lag behind #offset within a frame
    #start;

    /** Whether the present line has answered the subscribe: pushes before that belong to an earlier one. */
    held = false;

    /** Whether the subscribe was sent on the present line and not refused. */
    asked = false;

    /** @type {?string} */
    position = null;

    /** @type {Set<Subscription>} */
    subscriptions = new Set();

    /** @param {{after?: string, last?: number, token?: (string|function)}} start where the first line begins to read */
    constructor(name, start) {
      this.name = name;
      this.#start = start;
    }

    /** @type {boolean} whether each subscribe needs a token that has to be fetched */
    get fetchesToken() {
      return typeof this.#start.token === 'function';
    }

    fetchToken() {
      return this.#start.token();
    }

    /** @returns {object} the command that takes up reading on a new line */
    command() {
      this.asked = true;
      const token = this.fetchesToken ? undefined : this.#start.token;
      if (this.position !== null) return { subscribe: this.name, after: this.position, token };
      const { after, last } = this.#start;
      return { subscribe: this.name, after, last: after === undefined ? last : undefined, token };
    }

    lineEnded() {
      this.held = this.asked = false;
    }

    refused() {
      if (!this.held) this.asked = false;
    }

    subscribed({ position, recovered, reason }) {
      this.held = true;
      // Resumed: what was handed on beyond the position comes again, and is known by our offset.
      const afresh = recovered === false || this.position === null;
      this.#stand(position, afresh);
      this.#emit('subscribed', { position, recovered: recovered !== false, reason });
      if (recovered === false) this.#emit('gap', { position, reason });
    }

    gap({ position, reason }) {
      if (!this.held) return;
      this.#stand(position, true);
      this.#emit('gap', { position, reason });
    }

    /** @returns {boolean} false on a hole: the line missed something and must be opened anew */
    push({ offset, position, data }) {
      if (!this.held) return true;
      const last = this.#offset;
      if (last !== null && offset > last + 1) return false;
      this.#advance(offset, position);
      if (last !== null && offset <= last) return true;
      const about = { channel: this.name, offset, position };
      for (const subscription of [...this.subscriptions]) {
        if (this.subscriptions.has(subscription)) attempt(subscription.fn, data, about);
      }
      return true;
    }

    /** What is wrong with a push that push() refused. */
    hole({ offset }) {
      return { message: `a hole in ${this.name}: ${offset} after ${this.#offset}`, about: this.name };
    }

    /** The server took the subscription away. */
    ended({ reason }) {
      this.#emit('unsubscribed', { reason });
    }

    /** @returns {boolean} whether anybody listened */
    failed(error) {
      return this.#emit('error', error);
    }

    /** Before the callbacks, so that one that throws is not handed the same publication again. */
    #advance(offset, position) {
      if (offset === undefined) return;
      if (position !== undefined && !(offset < this.#standsAt)) {
        this.position = position;
        this.#standsAt = offset;
      }
      if (this.#offset === null || offset > this.#offset) this.#offset = offset;
    }

    #stand(position, afresh) {
      this.position = position ?? this.position;
      this.#standsAt = offsetOf(position);
      if (afresh) this.#offset = this.#standsAt;
    }

    #emit(event, detail) {
      const heard = [...this.subscriptions].map(subscription => subscription.emit(event, detail));
      return heard.includes(true);
    }
  }

  /**
   * All channels this page reads, and what the present line was asked about them. It takes them up again on every
   * line, and hands each frame to the channel it is about.
   *
   * Its host has: error({ code, message, about }), hole(why) and changed(): a mute line reads another set of channels
   * than it was opened for.
   * Internal.
   */
  class Channels {
    #host;
    #byName = new Map();
    #leaving = new Set(); // names whose unsubscribe the present line has not answered
    #link = null; // the present line once it is open

    constructor(host) {
      this.#host = host;
    }

    subscribe(name, fn, start) {
      const channel = this.#byName.get(name) ?? new Channel(name, start);
      this.#byName.set(name, channel);
      const subscription = new Subscription(channel, fn, (from, who) => this.#leave(from, who));
      channel.subscriptions.add(subscription);
      this.#ask(channel);
      return subscription;
    }

    /** @returns {object[]} the commands that take up everything on a line that has just opened, or is about to */
    takeUp(link) {
      this.#link = link;
      const channels = [...this.#byName.values()];
      const later = link.mute ? [] : channels.filter(channel => channel.fetchesToken);
      for (const channel of later) this.#askWithToken(channel);
      return channels.filter(channel => !later.includes(channel)).map(channel => channel.command());
    }

    lineEnded() {
      this.#link = null;
      this.#leaving.clear();
      for (const channel of this.#byName.values()) channel.lineEnded();
    }

    heard(frame) {
      if (frame.error) return this.#refused(frame.error);
      const name = frame.channel ?? frame.subscribed ?? frame.gap ?? frame.unsubscribed;
      if (this.#leaving.has(name)) return 'unsubscribed' in frame && this.#left(name);
      const channel = this.#byName.get(name);
      return channel && this.#pass(frame, channel);
    }

    #pass(frame, channel) {
      if ('channel' in frame) return channel.push(frame) || this.#host.hole(channel.hole(frame));
      if ('subscribed' in frame) return channel.subscribed(frame);
      if ('gap' in frame) return channel.gap(frame);
      if (frame.reason === 'expired' && channel.fetchesToken) {
        channel.lineEnded();
        return this.#ask(channel); // with a new token, from where it stood
      }
      this.#byName.delete(channel.name);
      return channel.ended(frame);
    }

    #ask(channel) {
      if (!this.#link || channel.asked || this.#leaving.has(channel.name)) return;
      if (channel.fetchesToken && !this.#link.mute) return void this.#askWithToken(channel);
      const command = channel.command();
      if (this.#link.mute) this.#host.changed();
      else this.#link.send([command]);
    }

    async #askWithToken(channel) {
      const link = this.#link;
      const isWanted = () => link === this.#link && this.#byName.get(channel.name) === channel;
      channel.asked = true;
      try {
        const token = await channel.fetchToken();
        if (isWanted()) link.send([{ ...channel.command(), token }]);
      } catch (error) {
        if (!isWanted()) return;
        channel.refused(); // the next line tries again
        const told = { code: 'token', message: `no token: ${error?.message ?? error}`, about: channel.name };
        if (!channel.failed(told)) this.#host.error(told);
      }
    }

    #leave(channel, subscription) {
      channel.subscriptions.delete(subscription);
      if (channel.subscriptions.size > 0 || this.#byName.get(channel.name) !== channel) return;
      this.#byName.delete(channel.name);
      if (!channel.asked) return;
      if (this.#link.mute) return this.#host.changed(); // its frames are not heard any more
      this.#leaving.add(channel.name);
      return this.#link.send([{ unsubscribe: channel.name }]);
    }

    /** Somebody may have subscribed again meanwhile; only now can the answers not be mistaken for the earlier ones. */
    #left(name) {
      this.#leaving.delete(name);
      if (this.#byName.has(name)) this.#ask(this.#byName.get(name));
    }

    /** A refused subscribe is asked again by the next line: what refused it may have passed. */
    #refused(error) {
      const { code, about } = error;
      // Only `none` answers an unsubscribe; any other refusal is of the subscribe before it.
      if (this.#leaving.has(about)) return code === 'none' && this.#left(about);
      const channel = this.#byName.get(about);
      if (code !== 'already') channel?.refused();
      return channel?.failed(error) || this.#host.error(error);
    }
  }

  /**
   * What this page publishes and has no answer for yet, in order. What a line has not answered is sent again on the
   * next one, by the same id, so that the server takes it once. Only so much is under way that the server never has to
   * hold more than it may.
   * Internal.
   */
  class Publications {
    #waiting = new Map(); // id -> { text, bytes, channel, sent, resolve, reject }
    #prefix = freshName();
    #made = 0;
    #link = null; // the present line once it is welcomed
    #limit = MESSAGE;
    #stopped = null; // why nothing is published; null if there is a line, or will be

    /** @returns {Promise<{channel: string, position: string, id: string}>} rejected with { code, message, id } */
    add(channel, data, id = `${this.#prefix}-${++this.#made}`) {
      return new Promise((resolve, reject) => {
        if (typeof channel !== 'string' || !channel) throw new TypeError(`channel must be a name: ${channel}`);
        if (typeof id !== 'string' || !/^[!-~]{1,128}$/.test(id)) {
          throw new TypeError(`id must have 1 to 128 visible ASCII characters: ${id}`);
        }
        const json = JSON.stringify(data); // now: the page may change its object before there is a line
        if (json === undefined) throw new TypeError(`data must be JSON: ${data}`);
        const text = `{"publish":${JSON.stringify(channel)},"data":${json},"id":${JSON.stringify(id)}}`;
        const one = { text, bytes: bytesOf(text), channel, sent: false, resolve, reject };
        if (this.#stopped) return this.#refuse(one, id, this.#stopped);
        if (this.#waiting.has(id)) return this.#refuse(one, id, { code: 'already', message: `it is being published: ${id}` });
        if (this.#waiting.size >= MOST_WAITING) {
          return this.#refuse(one, id, { code: 'limit', message: `${MOST_WAITING} publications wait already` });
        }
        this.#waiting.set(id, one);
        return this.#send();
      });
    }

    /** @param {number} [limit] bytes of the largest message that the server takes */
    welcomed(link, limit) {
      this.#stopped = null;
      if (link.mute) {
        this.giveUp({ code: 'unsupported', message: 'nothing can be published over server-sent events' });
        return;
      }
      this.#link = link;
      this.#limit = Number.isFinite(limit) ? limit : MESSAGE;
      this.#send();
    }

    /** What was under way may have been taken, or not: the next line will tell. */
    lineEnded() {
      this.#link = null;
      for (const one of this.#waiting.values()) one.sent = false;
    }

    /** The line ended for what was sent on it: nothing of that is sent again. */
    refuseSent(error) {
      for (const [id, one] of this.#waiting) if (one.sent) this.#refuse(one, id, error);
    }

    /** Nothing is published until the next welcome, or connect(). */
    giveUp(error) {
      this.#stopped = error;
      for (const [id, one] of this.#waiting) this.#refuse(one, id, error);
    }

    /** There will be a line again. */
    resume() {
      this.#stopped = null;
    }

    /** @returns {boolean} whether it was an answer to one of these */
    heard({ published, position, error, id = error?.id }) {
      const one = this.#waiting.get(id);
      if (!one || (published === undefined && !error)) return false;
      this.#waiting.delete(id);
      if (error) this.#refuse(one, id, error);
      else one.resolve({ channel: published, position, id });
      this.#send();
      return true;
    }

    #refuse(one, id, { code, message }) {
      if (this.#waiting.get(id) === one) this.#waiting.delete(id);
      one.reject(Object.assign(new Error(message), { code, id, channel: one.channel }));
    }

    #send() {
      if (!this.#link) return;
      let count = 0;
      let chars = 0;
      for (const [id, one] of this.#waiting) {
        if (!one.sent && one.bytes > this.#limit) {
          this.#refuse(one, id, { code: 'limit', message: `a message may have ${this.#limit} bytes: ${one.bytes}` });
          continue;
        }
        count++;
        chars += one.text.length;
        if (count > 1 && (count > PUBLISHING || chars > FRAME)) return;
        if (!one.sent) {
          one.sent = true;
          this.#link.send([one.text]);
        }
      }
    }
  }

  /**
   * Who is in a channel: asked by HTTP once, then told in the channel `<channel>#presence`, from that answer on. After a
   * gap it is asked again. An answer that fails is asked for again, later each time.
   *
   * Events: 'change' ({ joined, left }: names) whenever `users` or `count` differ, 'error' ({ code, message }).
   */
  class Presence {
    #ask;
    #subscribe;
    #again;
    #tries = 0;
    #subscription = null;
    #events = new Events();
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

  /**
   * Asks the server by HTTP why it does not want a line: browsers tell a page nothing but 1006.
   * Internal.
   */
  class Whoami {
    #clock;
    #fetch;
    #url;

    constructor(clock, fetch, url) {
      this.#clock = clock;
      this.#fetch = fetch;
      this.#url = url;
    }

    /**
     * @returns {Promise<?{status: number, why: string, user: (?string|undefined), until: (number|undefined)}>} `user` as
     *     the server knows us, null if it does not; `until` when a server that is busy wants to be left alone; null if
     *     HTTP gave no answer either, or there is no fetch
     */
    async ask(token) {
      const fetch = this.#fetch;
      if (!fetch) return null;
      const abort = new AbortController();
      const headers = token ? { Authorization: `Bearer ${token}` } : {};
      const request = { cache: 'no-store', credentials: 'include', headers, signal: abort.signal };
      try {
        return await within(WHOAMI, this.#clock, fetch(this.#url, request).then(response => this.#read(response)));
      } catch {
        return null;
      } finally {
        abort.abort(); // an answer that is late is of no interest
      }
    }

    async #read(response) {
      const { status, headers } = response;
      const user = status === 200 ? (await response.json()).user : undefined;
      const busy = status === 429 || status === 503;
      const delay = busy ? this.#retryAfter(headers.get('Retry-After')) : undefined;
      const why = WHY_HTTP[status] ?? (status < 300 ? WHY_HTTP[200] : `the server answers ${status}`);
      return { status, why, user, until: delay && this.#clock.now() + delay };
    }

    /** @returns {number|undefined} seconds or a date, in ms from now */
    #retryAfter(header) {
      if (!header) return undefined;
      return told(/^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - this.#clock.now());
    }
  }

  /** Events of the page's life and its network, from where browsers fire them; null outside a page. */
  function browserEvents() {
    const { window, document } = browser;
    if (!window?.addEventListener || !document?.addEventListener) return null;
    const onDocument = new Set(['visibilitychange', 'freeze', 'resume']);
    const home = type => (onDocument.has(type) ? document : window);
    return {
      addEventListener: (type, fn) => home(type).addEventListener(type, fn),
      removeEventListener: (type, fn) => home(type).removeEventListener(type, fn),
      get visibilityState() {
        return document.visibilityState;
      },
    };
  }

  /** Reading it throws where storage is forbidden. */
  function browserStorage() {
    try {
      return browser.sessionStorage;
    } catch {
      return undefined;
    }
  }

  /** @returns {string} with scheme and host and without `#...` */
  function absolute(url, location) {
    const written = String(url);
    const whole = /^[a-z]+:\/\/[^/]/i.test(written);
    if (!whole && !browser.URL) throw new TypeError(`there is no page: the address must begin with wss://host: ${url}`);
    return (whole ? written : new URL(written, location?.href).href).replace(/#.*/, '');
  }

  /** @returns {string} a ws(s) address, whatever the page wrote: browsers older than 2024 take nothing else */
  function lineAddress(url, location) {
    const address = absolute(url, location).replace(/^http/i, 'ws');
    if (!/^wss?:/i.test(address)) throw new TypeError(`the address must be ws(s) or http(s): ${address}`);
    return address;
  }

  /** @returns {string} a neighbour of the line's address, such as `api/whoami`, by http(s) */
  function neighbour(path, line) {
    const [, scheme, host, folder] = /^ws(s?:\/\/)([^/?]+)(\/(?:[^?]*\/)?)?/i.exec(line);
    return `http${scheme}${host}${folder ?? '/'}${path}`;
  }

  /**
   * The door: one line to the server, kept alive, taken up again where it broke off.
   * It decides when to connect, wait, ask or stop; never more than one socket of it is alive.
   */
  class Heartline {
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

  /**
   * Watches a WebSocket that belongs to the page: sends a text when nothing was received for a beat, and decides by
   * silence that it is dead. The page goes on owning it; see heartCheck().
   */
  class HeartCheck {
    #find;
    #options;
    #clock;
    #socket = null; // the one being watched
    #made; // the last one that options.reconnect returned
    #unlisten = nothing;
    #openedAt = null;
    #beat;
    #watchdog;
    #backoff;
    #retry;

    constructor(webSocket, options) {
      this.#options = { beat: BEAT, grace: GRACE, message: 'HeartBeat', random: Math.random, ...options };
      this.#find = typeof webSocket === 'function' ? webSocket : () => this.#made ?? webSocket;
      this.#clock = clockOf(this.#options);
      this.#beat = new Alarm(this.#clock, () => this.#send());
      this.#watchdog = new Watchdog(this.#clock, () => this.#send(), () => this.#dead());
      this.#watchdog.silence = this.#options.beat + this.#options.grace;
      this.#backoff = new Backoff(this.#options.random);
      this.#retry = new Alarm(this.#clock, () => this.#reconnect());
      this.#adopt();
    }

    /** Call it in onopen: watches the present WebSocket. @returns {HeartCheck} this */
    start() {
      this.#adopt();
      return this.reset();
    }

    /** Call it in onmessage, unless the WebSocket has addEventListener. @returns {HeartCheck} this */
    reset() {
      if (this.#socket?.readyState !== OPEN) return this;
      this.#openedAt = this.#openedAt ?? this.#clock.now();
      this.#beat.set(this.#options.beat);
      this.#watchdog.heard();
      return this;
    }

    /** Watches no longer, and reconnects no longer. @returns {HeartCheck} this */
    stop() {
      this.#release();
      this.#retry.clear();
      return this;
    }

    #adopt() {
      const socket = this.#find();
      if (!socket || socket === this.#socket || socket.readyState > OPEN) return;
      this.stop();
      this.#socket = socket;
      const listeners = Object.entries({
        open: () => this.reset(),
        message: () => this.reset(),
        close: event => this.#closed(event),
      });
      for (const [type, fn] of listeners) socket.addEventListener?.(type, fn);
      this.#unlisten = () => listeners.forEach(([type, fn]) => socket.removeEventListener?.(type, fn));
      this.reset();
    }

    #release() {
      this.#unlisten();
      this.#unlisten = nothing;
      this.#beat.clear();
      this.#watchdog.stop();
      this.#socket = null;
      this.#openedAt = null;
    }

    #send() {
      if (this.#socket?.readyState === OPEN) attempt(() => this.#socket.send(this.#options.message));
    }

    #closed({ code }) {
      this.#forgive();
      this.#release();
      if (this.#options.reconnect && !staysAway(code)) this.#retry.set(this.#backoff.next());
    }

    #forgive() {
      const lived = this.#openedAt === null ? 0 : this.#clock.now() - this.#openedAt;
      if (lived >= Math.min(LIFE, this.#options.beat)) this.#backoff.reset();
    }

    #dead() {
      const socket = this.#socket;
      if (socket.readyState !== OPEN) return this.#release(); // the page closes it itself
      const { onclose } = socket;
      const { onDead, reconnect } = this.#options;
      this.#forgive();
      this.#release();
      detach(socket);
      shut(socket, 4003, WHY[4003]);
      if (onDead) attempt(onDead, socket);
      if (reconnect) this.#reconnect();
      // The page's own onclose is what reconnects it: told now, since the browser would tell it after a minute.
      else if (!onDead && onclose) attempt(() => onclose.call(socket, closeEvent(socket)));
      return undefined;
    }

    #reconnect() {
      try {
        this.#made = this.#options.reconnect() ?? this.#made;
        this.#adopt();
      } catch (error) {
        report(error);
        this.#retry.set(this.#backoff.next());
      }
    }
  }

  function closeEvent(target) {
    return { type: 'close', code: 4003, reason: WHY[4003], wasClean: false, target };
  }

  /**
   * A heart check for pages that own their WebSocket, in place of the one they wrote themselves. It sends a text after
   * a beat without anything received, takes any message as a sign of life, and when even a probe stays unanswered it
   * detaches and closes the WebSocket and says so at once, instead of waiting a minute for onclose.
   *
   * Without onDead and reconnect, the page's own onclose is called (code 4003), once: a page that reconnects there
   * needs no change but this line.
   *
   * @example
   * // a page that has: websocket.onopen = () => heartCheck.start(); websocket.onmessage = () => heartCheck.reset();
   * // websocket.onclose = e => { if (e.code != 4500) reconnect(); };
   * var heartCheck = Heartline.heartCheck(() => websocket);
   *
   * @example
   * // a page that leaves reconnecting to us: after any close but 4500-4999, with backoff
   * const connect = () => Object.assign(new WebSocket(url), { onmessage: e => render(e.data) });
   * heartCheck(connect(), { reconnect: connect });
   *
   * @param {WebSocket|function():WebSocket} webSocket it, or where to find the present one
   * @param {object} [options]
   * @param {number} [options.beat] send after so long without anything received, in ms; 25000
   * @param {number} [options.grace] wait so long for an answer before suspicion, in ms; 10000. A probe adds 5000
   * @param {string} [options.message] what to send; 'HeartBeat', which the server echoes ('ping' brings 'pong')
   * @param {function(WebSocket)} [options.onDead] told which one was given up
   * @param {function():(WebSocket|undefined)} [options.reconnect] makes the next one, and returns it unless
     *     `webSocket` finds it. Do not reconnect in onclose as well
   * @param {function():number} [options.random] Math.random
   * @param {function} [options.setTimeout]
   * @param {function} [options.clearTimeout]
   * @param {function():number} [options.now] Date.now
   * @returns {HeartCheck} with start(), reset() and stop(), each returning it
   */
  function heartCheck(webSocket, options = {}) {
    return new HeartCheck(webSocket, options);
  }

  Heartline.heartCheck = heartCheck;
  browser.Heartline = Heartline;
  browser.heartCheck = heartCheck;
  if (typeof module === 'object' && module.exports) module.exports = { Heartline, heartCheck };
})();
