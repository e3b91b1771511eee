/*
 * Lets heartline.js run in mini programs, which have neither a WebSocket nor a page.
 *
 *   const { Heartline } = require('./heartline.js');
 *   const { overWx } = require('./heartline-wx.js');
 *   const line = new Heartline('wss://app.example.com/heartline/line', overWx(wx));
 *
 * Made for `wx` of WeChat. It works with what has the same calls, such as `tt`, `swan`, `qq` and `uni`.
 */
'use strict';

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

const nothing = () => {};

/** With callbacks, uni-app returns a SocketTask and not a Promise; and nothing is written to the console. */
const quiet = { success: nothing, fail: nothing };

/**
 * A WebSocket over wx.connectSocket, for everything that takes a constructor of one. As in browsers, an error is
 * always the end, and the end is told exactly once: platforms tell an error alone, a close alone, or both.
 */
function webSocketOver(wx, { header = {}, timeout } = {}) {
  return class {
    #task;
    readyState = CONNECTING;
    bufferedAmount = 0; // mini programs do not say
    onopen = null;
    onmessage = null;
    onerror = null;
    onclose = null;

    constructor(url, protocols = []) {
      this.url = url;
      // That it succeeds only means that the call was taken.
      this.#task = wx.connectSocket({
        url,
        protocols: [].concat(protocols),
        header: typeof header === 'function' ? header() : header,
        ...(timeout === undefined ? {} : { timeout }),
        success: nothing,
        // Told too if the connection fails later, and before this constructor returns if there are too many.
        fail: error => Promise.resolve().then(() => this.#failed(error)),
      });
      // In this same turn, or the opening may be missed.
      this.#task?.onOpen(() => this.#opened());
      this.#task?.onMessage(({ data }) => this.readyState < CLOSED && this.onmessage?.({ type: 'message', data }));
      this.#task?.onError(error => this.#failed(error));
      this.#task?.onClose(end => this.#ended(end?.code ?? 1006, end?.reason ?? ''));
    }

    send(data) {
      if (this.readyState === CONNECTING) throw new Error('still connecting');
      if (this.readyState === OPEN) this.#task.send({ data, ...quiet });
    }

    /** Refuses what browsers refuse: mini programs would refuse it without a word, and keep one of their sockets. */
    close(code = 1000, reason = '') {
      if (code !== 1000 && !(code >= 3000 && code <= 4999)) throw new RangeError(`code must be 1000 or 3000-4999: ${code}`);
      if (encodeURIComponent(reason).replace(/%../g, '.').length > 123) throw new RangeError(`reason is longer than 123 bytes: ${reason}`);
      if (this.readyState === CLOSED) return;
      this.readyState = CLOSING;
      this.#task?.close({ code, reason, ...quiet });
    }

    /** Also after close(): some platforms cannot close what is still connecting, so whoever hears this closes it again. */
    #opened() {
      if (this.readyState === CONNECTING) this.readyState = OPEN;
      this.onopen?.({ type: 'open' });
    }

    #failed(error) {
      if (this.readyState === CLOSED) return;
      const reason = error?.errMsg ?? '';
      this.readyState = CLOSED;
      this.#task?.close({ ...quiet }); // or it may stay one of the few
      this.onerror?.({ type: 'error', message: reason });
      this.#told(1006, reason);
    }

    #ended(code, reason) {
      if (this.readyState === CLOSED) return;
      this.readyState = CLOSED;
      this.#told(code, reason);
    }

    #told(code, reason) {
      this.onclose?.({ type: 'close', code, reason, wasClean: code !== 1006 });
    }
  };
}

/** What happens to the app and its network, under the names that browsers have for it. */
function appEvents(wx) {
  const listeners = { freeze: new Set(), resume: new Set(), online: new Set(), offline: new Set() };
  const tell = type => listeners[type].forEach(fn => fn({ type }));
  wx.onAppHide?.(() => tell('freeze'));
  wx.onAppShow?.(() => tell('resume'));
  wx.onNetworkStatusChange?.(({ isConnected }) => tell(isConnected ? 'online' : 'offline'));
  return {
    addEventListener: (type, fn) => void listeners[type]?.add(fn),
    removeEventListener: (type, fn) => void listeners[type]?.delete(fn),
  };
}

/**
 * Options for `new Heartline(url, options)`. Call it once and keep it, since it listens to the app's events.
 *
 * @param {object} wx the global of WeChat, or one with the same calls
 * @param {object} [options]
 * @param {object|function():object} [options.header] of the handshake, such as { Authorization: ... }; a function is
 *     asked for each attempt
 * @param {number} [options.timeout] of wx.connectSocket, in ms
 * @returns {object} with `WebSocket`, which other libraries can use too, and `env`
 */
function overWx(wx, options = {}) {
  // Developer tools run in a browser and show parts of it: the app is to run there as on a phone.
  const absent = { EventSource: null, fetch: null, storage: null, location: null };
  return { ...absent, WebSocket: webSocketOver(wx, options), env: appEvents(wx) };
}

module.exports = { overWx };
