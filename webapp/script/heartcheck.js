import { browser, nothing, report, attempt } from './browser.js';
import { BEAT, GRACE, LIFE } from './times.js';
import { WHY, staysAway } from './codes.js';
import { OPEN, detach, shut } from './socket.js';
import { clockOf, Alarm } from './clock.js';
import { Backoff } from './backoff.js';
import { HEART_CHECK, checked } from './options.js';
import { Watchdog } from './watchdog.js';

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
    const said = Object.entries(checked('options', options, HEART_CHECK)).filter(([, value]) => value !== null);
    this.#options = { beat: BEAT, grace: GRACE, message: 'HeartBeat', random: Math.random, ...Object.fromEntries(said) };
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
    if (socket.readyState !== OPEN) {
      this.#release(); // the page closes it itself
      return;
    }
    const { onclose } = socket;
    const { onDead, reconnect } = this.#options;
    this.#forgive();
    this.#release();
    detach(socket);
    shut(socket, 4003, WHY[4003]);
    // The page's own listeners are what reconnects it: told now, since the browser would tell them after a minute.
    if (!onDead && !reconnect) tell(socket, onclose);
    hush(socket);
    if (onDead) attempt(onDead, socket);
    if (reconnect) this.#reconnect();
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

/** Tells the page of a close: its onclose, and whoever listens. */
function tell(socket, onclose) {
  const about = { code: 4003, reason: WHY[4003], wasClean: false };
  if (onclose) attempt(() => onclose.call(socket, { type: 'close', ...about, target: socket }));
  const { Event, CloseEvent } = browser;
  if (!Event || !socket.dispatchEvent) return;
  socket.dispatchEvent(CloseEvent ? new CloseEvent('close', about) : Object.assign(new Event('close'), about));
}

/** What the browser still tells of it, up to a minute later, is no news. Listeners that capture come first. */
function hush(socket) {
  for (const type of ['error', 'close']) {
    socket.addEventListener?.(type, event => event.stopImmediatePropagation?.(), { capture: true });
  }
}

/**
 * A heart check for pages that own their WebSocket, in place of the one they wrote themselves. It sends a text after
 * a beat without anything received, takes any message as a sign of life, and when even a probe stays unanswered it
 * detaches and closes the WebSocket and says so at once, instead of waiting a minute for onclose.
 *
 * Without onDead and reconnect, the page's own onclose and its listeners to 'close' are called (code 4003), once: a
 * page that reconnects there needs no change but this line.
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
export function heartCheck(webSocket, options) {
  if (!webSocket) throw new TypeError(`webSocket must be one, or a function that finds one: ${String(webSocket)}`);
  return new HeartCheck(webSocket, options);
}
