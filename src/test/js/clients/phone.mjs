// A stand-in for the runtime of mini programs: modules in a context that has what theirs has and nothing else, and a `wx`
// that speaks real WebSocket and refuses what the real one refuses.
import vm from 'node:vm';
import { posix } from 'node:path';
import { WebSocket } from 'ws';

const MOST_SOCKETS = 5;
const REFERER = 'https://servicewechat.com/wx0123456789abcdef/1/page-frame.html';

// Modules are functions whose parameters hide what the developer tools' browser would show. All are undefined.
const HIDDEN = 'window, document, frames, self, location, navigator, localStorage, history, XMLHttpRequest, WebSocket';

const nothing = () => {};

/** wx's sign of how a call went. That a call went well says nothing of what it began. */
function told({ success = nothing, fail = nothing, complete = nothing }, errMsg) {
  const result = { errMsg };
  (errMsg.includes(':fail') ? fail : success)(result);
  complete(result);
}

class SocketTask {
  #phone;
  #socket;
  #listeners = { open: nothing, message: nothing, error: nothing, close: nothing };

  constructor(phone, url, { header = {}, protocols = [] }) {
    this.#phone = phone;
    phone.tasks.add(this);
    this.#socket = new WebSocket(...phone.dialled(url, header, protocols));
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onopen = () => this.#listeners.open({ header: {}, profile: {} });
    this.#socket.onmessage = ({ data }) => this.#listeners.message({ data });
    this.#socket.onclose = ({ code, reason }) => this.#ended(() => this.#listeners.close({ code, reason }));
    this.#socket.on('unexpected-response', () => {
      this.#ended(() => this.#listeners.error({ errMsg: 'Invalid HTTP status.' }));
      this.#socket.terminate();
    });
    // Told alone, where nothing has opened: no close comes behind it.
    this.#socket.onerror = ({ message }) => this.#ended(() => this.#listeners.error({ errMsg: message }));
  }

  get readyState() {
    return this.#socket.readyState;
  }

  onOpen = fn => void (this.#listeners.open = fn);
  onMessage = fn => void (this.#listeners.message = fn);
  onError = fn => void (this.#listeners.error = fn);
  onClose = fn => void (this.#listeners.close = fn);

  send({ data, ...callbacks } = {}) {
    if (this.readyState !== WebSocket.OPEN) return told(callbacks, 'sendSocketMessage:fail not connected');
    this.#socket.send(data);
    return told(callbacks, 'sendSocketMessage:ok');
  }

  close({ code = 1000, reason = '', ...callbacks } = {}) {
    const allowed = (code === 1000 || (code >= 3000 && code <= 4999)) && Buffer.byteLength(reason) <= 123;
    if (!allowed) return told(callbacks, `closeSocket:fail invalid code or reason: ${code} ${reason}`);
    if (this.readyState !== WebSocket.OPEN) return told(callbacks, 'closeSocket:fail not connected');
    this.#socket.close(code, reason);
    return told(callbacks, 'closeSocket:ok');
  }

  /** What the runtime does in the background: a close without an error, and the server is told nothing. */
  interrupt() {
    this.#ended(() => this.#listeners.close({ code: 1006, reason: 'interrupted' }));
    this.#socket.terminate();
  }

  #ended(tell) {
    if (this.#phone.tasks.delete(this)) tell();
  }
}

/** One phone with one mini program, which is hidden and shown when told. */
export class Phone {
  tasks = new Set();
  #options;
  #context;
  #files;
  #modules = new Map();
  #app = {};
  #pages = [];
  #hiddenFor = 0; // 5 s: nothing can be opened; 10 s: everything is closed. In ms
  #timers = [];
  #listeners = { AppShow: new Set(), AppHide: new Set(), NetworkStatusChange: new Set() };
  #global = { open: nothing, message: nothing, error: nothing, close: nothing };
  #task = null; // what the calls without a SocketTask are about

  /**
   * @param {Object<string, string>} files of the mini program, name to source
   * @param {object} [options]
   * @param {Object<string, string>} [options.hosts] what hosts files say: host to the address where it really is
   * @param {boolean} [options.plain] whether ws:// is allowed too, as in developer tools
   * @param {string} [options.ca] who is trusted, as PEM
   * @param {object} [options.added] headers that a proxy on the way adds
   * @param {function(object)} [options.shows] told what a page sets to be shown
   * @param {boolean} [options.old] without globalThis
   * @param {number} [options.interrupted] when nothing can be opened in the background, in ms; 5000, and twice that
   *     until everything is closed
   */
  constructor(files, options = {}) {
    this.#files = files;
    this.#options = { hosts: {}, plain: false, added: {}, old: false, interrupted: 5_000, ...options };
    this.#context = vm.createContext({
      ...{ setTimeout, clearTimeout, setInterval, clearInterval, console, wx: this.#wx() },
      App: app => this.#launch(app),
      Page: page => this.#open(page),
      getApp: () => this.#app,
      ...options.globals,
    });
    if (this.#options.old) vm.runInContext('delete globalThis.globalThis', this.#context);
  }

  /** The page in front. */
  get page() {
    return this.#pages.at(-1);
  }

  get app() {
    return this.#app;
  }

  require(name) {
    const known = this.#modules.get(name);
    if (known) return known.exports;
    if (!(name in this.#files)) throw new Error(`module '${name}' is not defined`);
    const module = { exports: {} };
    this.#modules.set(name, module);
    const source = `(function (require, module, exports, ${HIDDEN}) {${this.#files[name]}\n})`;
    const from = path => this.require(posix.join(posix.dirname(name), path));
    vm.runInContext(source, this.#context, { filename: name })(from, module, module.exports);
    return module.exports;
  }

  hide() {
    for (const page of this.#pages) page.onHide?.();
    this.#app.onHide?.();
    this.#tell('AppHide', {});
    const { interrupted } = this.#options;
    this.#timers = [
      setTimeout(() => (this.#hiddenFor = interrupted), interrupted),
      setTimeout(() => this.tasks.forEach(task => task.interrupt()), 2 * interrupted),
    ];
  }

  show() {
    this.#timers.forEach(clearTimeout);
    this.#hiddenFor = 0;
    this.#app.onShow?.({});
    this.#tell('AppShow', {});
    for (const page of this.#pages) page.onShow?.();
  }

  network(isConnected) {
    this.#tell('NetworkStatusChange', { isConnected, networkType: isConnected ? 'wifi' : 'none' });
  }

  /** @returns {Array} what the constructor of a WebSocket needs */
  dialled(written, header, protocols) {
    const url = new URL(written);
    const own = Object.entries(header).filter(([name]) => name.toLowerCase() !== 'referer');
    const headers = { ...Object.fromEntries(own), ...this.#options.added, Referer: REFERER };
    const options = { headers, ca: this.#options.ca, perMessageDeflate: false };
    const there = this.#options.hosts[url.host];
    if (!there) return [written, protocols, options];
    headers.Host = url.host;
    const address = `${there}${url.pathname}${url.search}`;
    return [address, protocols, { ...options, servername: url.hostname, checkServerIdentity: () => undefined }];
  }

  #wx() {
    const on = name => fn => void this.#listeners[name].add(fn);
    const onSocket = kind => fn => void (this.#global[kind] = fn);
    return {
      connectSocket: params => this.#connect(params),
      onSocketOpen: onSocket('open'),
      onSocketMessage: onSocket('message'),
      onSocketError: onSocket('error'),
      onSocketClose: onSocket('close'),
      sendSocketMessage: params => this.#task?.send(params),
      closeSocket: params => this.#task?.close(params),
      onAppShow: on('AppShow'),
      onAppHide: on('AppHide'),
      onNetworkStatusChange: on('NetworkStatusChange'),
    };
  }

  #connect(params) {
    const refusal = this.#refusal(params.url);
    // At once: callers must be ready before the call has returned.
    if (refusal) return told(params, `connectSocket:fail ${refusal}`);
    const task = new SocketTask(this, params.url, params);
    this.#task = task;
    task.onOpen(event => this.#global.open(event));
    task.onMessage(event => this.#global.message(event));
    task.onError(event => this.#global.error(event));
    task.onClose(event => this.#global.close(event));
    Promise.resolve().then(() => told(params, 'connectSocket:ok'));
    return task;
  }

  #refusal(url) {
    const secure = /^wss:\/\/[^/]*[a-z]/.test(url); // a name, not an address
    if (!secure && !(this.#options.plain && /^ws:/.test(url))) return 'url not in domain list';
    if (this.#hiddenFor > 0) return 'interrupted';
    return this.tasks.size >= MOST_SOCKETS ? 'exceed max task count' : null;
  }

  #tell(name, event) {
    for (const fn of this.#listeners[name]) fn(event);
  }

  #launch(app) {
    this.#app = app;
    app.onLaunch?.({});
    app.onShow?.({});
  }

  #open(page) {
    page.setData = data => {
      page.data = { ...page.data, ...data };
      this.#options.shows?.(data);
    };
    this.#pages.push(page);
    page.onLoad?.({});
    page.onShow?.();
  }
}
