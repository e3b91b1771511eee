import { nothing } from './browser.js';
import { BEAT, GRACE, WAKE_PROBE, LATE, QUIET, LIFE, told } from './times.js';
import { WHY, staysAway } from './codes.js';
import { OPEN, CLOSED, detach, shut } from './socket.js';
import { FRAME, framesOf } from './frames.js';
import { Alarm, Waits } from './clock.js';
import { Watchdog } from './watchdog.js';

const FAREWELL = 2_000; // after the moment a bye named, the old line is not waited for any longer
const ERROR_ALONE = 100; // an error that no close follows within this was the end

/**
 * One attempt: one socket from its constructor to its end, which it tells exactly once.
 * It answers beats, watches for silence and remembers the bye; it knows nothing of channels.
 *
 * Its host has: opened(), welcomed(welcome), beat(frame), told(frame), garbled(error) and
 * ended({ code, reason, why?, dead?, deaf?, blocked?, opened, lived, bye }).
 * Internal.
 */
export class Link {
  #clock;
  #waits;
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
    this.#waits = new Waits(clock);
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
      // Firefox throws where a policy forbids the address. A TypeError is about what was given as a constructor.
      const why = String(error?.message ?? error);
      this.#end({ code: 1006, reason: why, blocked: !(error instanceof TypeError) });
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

  /** @returns {Promise<number>} the round trip in ms; rejected if the line ends first, or no answer comes */
  probe() {
    if (this.mute) return Promise.reject(new Error('nothing can be asked over server-sent events'));
    // Other messages may hide from the watchdog that this answer never comes.
    const answer = new Promise((resolve, reject) => this.#ask({ resolve, reject }));
    return this.#waits.within(GRACE, answer);
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
    this.#bye = { ...bye, delay: told(bye.delay), spread: told(bye.spread), at: this.#clock.now() };
    this.#deadline.set((staysAway(bye.code) ? 0 : (this.#bye.delay ?? 0)) + FAREWELL);
  }

  #ask({ resolve = nothing, reject = nothing }) {
    this.#probes.set(++this.#probed, { at: this.#clock.now(), resolve, reject });
    this.send([{ probe: this.#probed }]);
  }

  #answered(number) {
    const probe = this.#probes.get(number);
    if (!probe) return;
    // Answers come in order: those before it are not answered any more.
    for (const asked of [...this.#probes.keys()]) if (asked <= number) this.#probes.delete(asked);
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
