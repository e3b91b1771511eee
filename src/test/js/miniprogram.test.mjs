import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { WebSocketServer } from './clients/sockets.mjs';
import { Phone } from './clients/phone.mjs';
import { joinedFile } from './testing/script.mjs';
import { FakeClock, SECOND, WELCOME, push, settle } from './testing/fakes.mjs';

const FILES = Object.fromEntries(
  ['heartline.js', 'heartline-wx.js'].map(name => [name, joinedFile(name)]),
);
const LINE = 'wss://app.example.com/heartline/line';

/** A SocketTask whose other end is the test. Each event goes to who listens in the turn of the call. */
class FakeTask {
  sent = [];
  closedWith = [];
  listeners = {};
  params;

  constructor(params) {
    this.params = params;
    Promise.resolve().then(() => (this.late = true));
  }

  #on = (type, fn) => assert.ok(!this.late, `listened to ${type} too late`) ?? (this.listeners[type] = fn);
  onOpen = fn => this.#on('open', fn);
  onMessage = fn => this.#on('message', fn);
  onError = fn => this.#on('error', fn);
  onClose = fn => this.#on('close', fn);
  send = ({ data }) => void this.sent.push(...data.split('\n').map(text => JSON.parse(text)));
  close = ({ code, reason }) => void this.closedWith.push({ code, reason });

  opens = () => this.listeners.open({ header: {} });
  says = (...frames) => this.listeners.message({ data: frames.map(frame => JSON.stringify(frame)).join('\n') });
  fails = errMsg => this.listeners.error({ errMsg });
  ends = event => this.listeners.close(event);
}

/** A mini program with one line, all around it in the test's hands. */
async function miniProgram({ overWx = {}, phone = {}, connect = params => new FakeTask(params), ...options } = {}) {
  const clock = new FakeClock();
  const scene = { clock, tasks: [], states: [], events: {} };
  const listen = name => fn => void (scene.events[name] = fn);
  const wx = {
    connectSocket: params => {
      const task = connect(params);
      scene.tasks.push(task);
      return task;
    },
    ...Object.fromEntries(['onAppShow', 'onAppHide', 'onNetworkStatusChange'].map(name => [name, listen(name)])),
  };
  const { setTimeout, clearTimeout } = clock;
  scene.phone = new Phone(FILES, { ...phone, globals: { setTimeout, clearTimeout, wx } });
  const { Heartline } = scene.phone.require('heartline.js');
  const adapter = scene.phone.require('heartline-wx.js').overWx(wx, overWx);
  scene.line = new Heartline(LINE, { ...adapter, now: clock.now, random: () => 0, ...options });
  scene.line.on('state', (state, detail) => scene.states.push([state, detail]));
  Object.defineProperty(scene, 'task', { get: () => scene.tasks.at(-1) });
  await settle();
  return scene;
}

async function live(options) {
  const scene = await miniProgram(options);
  await goLive(scene);
  return scene;
}

async function goLive({ task, line }) {
  task.opens();
  task.says(WELCOME);
  await settle();
  assert.equal(line.state, 'live');
}

for (const old of [false, true]) {
  test(`a line is live where there is nothing of a browser${old ? ', and no globalThis' : ''}`, async () => {
    const { task, line } = await live({ phone: { old } });
    assert.equal(task.params.url, LINE);
    assert.equal(JSON.stringify(task.params.protocols), '["heartline.v1"]');
    assert.deepEqual(task.sent, [{ hello: { instance: line.instance } }]);
    assert.match(line.instance, /^(?!0{32})[0-9a-f]{32}$/);
  });
}

test('there, an address without a host and a missing WebSocket are said at once', () => {
  const { Heartline } = new Phone(FILES).require('heartline.js');
  class WebSocket {}
  assert.throws(() => new Heartline('/heartline/line', { WebSocket }), /must begin with wss:\/\/host: \/heartline\/line/);
  assert.throws(() => new Heartline(LINE), /pass options\.WebSocket/);
});

test('the token is in the hello, and what the header needs is asked for each attempt', async () => {
  let asked = 0;
  const scene = await live({
    overWx: { header: () => ({ Authorization: `Bearer ${++asked}` }), timeout: 7_000 },
    token: async () => 'secret',
  });
  assert.equal(scene.task.sent[0].hello.token, 'secret');
  assert.equal(scene.task.params.header.Authorization, 'Bearer 1');
  assert.equal(scene.task.params.timeout, 7_000);
  scene.task.ends({ code: 1006 });
  await scene.clock.advance(SECOND);
  assert.equal(scene.task.params.header.Authorization, 'Bearer 2');
});

for (const [how, hide, show] of [
  ['the events of the app', ({ events }) => events.onAppHide(), ({ events }) => events.onAppShow()],
  ['hide() and show()', ({ line }) => line.hide(), ({ line }) => line.show()],
]) {
  test(`${how} park the line at once and take it up where it was`, async () => {
    const scene = await live();
    const seen = [];
    scene.line.subscribe('orders', (data, { offset }) => seen.push(offset));
    scene.task.says({ subscribed: 'orders', position: 'e:7:t', recovered: true }, push('orders', 8, 1, 'e:8:t'));
    hide(scene);
    assert.deepEqual(scene.task.closedWith.map(({ code }) => code), [1000]);
    assert.equal(scene.line.state, 'waiting');
    scene.task.says(push('orders', 9, 1, 'e:9:t'));
    scene.events.onNetworkStatusChange({ isConnected: true });
    await scene.clock.advance(3600 * SECOND);
    assert.equal(scene.tasks.length, 1, 'nothing comes back while nobody can see it');
    show(scene);
    await settle();
    await goLive(scene);
    assert.deepEqual(scene.task.sent[1], { subscribe: 'orders', after: 'e:8:t' });
    assert.deepEqual(seen, [8]);
  });
}

test('another network is a reason to probe', async () => {
  const scene = await live();
  await scene.clock.advance(2 * SECOND);
  scene.events.onNetworkStatusChange({ isConnected: true });
  assert.deepEqual(scene.task.sent.at(-1), { probe: 1 });
  scene.task.says({ probed: 1 });
  scene.events.onNetworkStatusChange({ isConnected: false });
  assert.deepEqual(scene.task.sent.at(-1), { probe: 2 });
});

test('that the call was taken opens nothing', async () => {
  const scene = await miniProgram();
  scene.task.params.success({ errMsg: 'connectSocket:ok' });
  await settle();
  assert.equal(scene.line.state, 'connecting');
  assert.deepEqual(scene.task.sent, []);
});

for (const [how, end] of [
  ['an error alone', task => task.fails('Invalid HTTP status')],
  ['a close alone', task => task.ends({ code: 1006, reason: 'Invalid HTTP status' })],
  ['an error, a close and a failed call', task => {
    task.fails('Invalid HTTP status');
    task.ends({ code: 1006, reason: '' });
    task.params.fail({ errMsg: 'Invalid HTTP status' });
  }],
]) {
  test(`a handshake that was refused is one failed attempt, told by ${how}`, async () => {
    const scene = await miniProgram();
    end(scene.task);
    await settle();
    assert.deepEqual(scene.states.map(([state]) => state), ['connecting', 'waiting']);
    assert.equal(scene.states[1][1].reason, 'Invalid HTTP status');
    await scene.clock.advance(SECOND);
    assert.equal(scene.tasks.length, 2);
  });
}

test('a call that is refused before it returns is a failed attempt with its reason', async () => {
  const scene = await miniProgram({ connect: ({ fail }) => void fail({ errMsg: 'connectSocket:fail url not in domain list' }) });
  const [state, { reason, blocked }] = scene.states.at(-1);
  assert.deepEqual([state, reason, blocked], ['waiting', 'connectSocket:fail url not in domain list', undefined]);
});

test('an error of an open line is its end, and what is left of it is closed', async () => {
  const scene = await live();
  scene.task.fails('Software caused connection abort');
  assert.equal(scene.line.state, 'waiting');
  assert.equal(scene.task.closedWith.length, 1);
});

test('an attempt given up that opens late is closed then', async () => {
  const scene = await miniProgram();
  await scene.clock.advance(10 * SECOND);
  const [task] = scene.tasks;
  task.opens();
  assert.deepEqual(task.closedWith.map(({ code }) => code), [4003, 1000]);
  assert.deepEqual(task.sent, []);
});

for (const end of [{ code: 1006 }, { code: 1000 }, { code: 1001 }, {}, undefined]) {
  test(`the bye decides, whatever the platform says of the close: ${JSON.stringify(end)}`, async () => {
    const scene = await live();
    scene.task.says({ bye: { code: 4500, reason: 'a newer line took the seat', reconnect: false, delay: 0 } });
    scene.task.ends(end);
    assert.equal(scene.line.state, 'replaced');
    assert.equal(scene.line.takeBack(), true);
    await settle();
    await goLive(scene);
    assert.equal(scene.task.sent[0].hello.take, true);
  });
}

test('what the platform would refuse without a word is thrown', async () => {
  const task = new FakeTask({});
  const { overWx } = new Phone(FILES).require('heartline-wx.js');
  const { WebSocket } = overWx({ connectSocket: () => task });
  const socket = new WebSocket(LINE);
  assert.throws(() => socket.send('early'), /still connecting/);
  for (const code of [999, 1001, 2999, 5000]) assert.throws(() => socket.close(code), /1000 or 3000-4999/);
  assert.throws(() => socket.close(1000, '再'.repeat(42)), /123 bytes/);
  assert.deepEqual(task.closedWith, []);
  socket.close(4999, '再'.repeat(41));
  assert.equal(task.closedWith.length, 1);
});

test('the end of its WebSocket is told once, by all the ways platforms have', () => {
  const task = new FakeTask({});
  const { overWx } = new Phone(FILES).require('heartline-wx.js');
  const { WebSocket } = overWx({ connectSocket: () => task });
  const socket = new WebSocket(LINE);
  const told = [];
  socket.onerror = ({ message }) => told.push(message);
  socket.onclose = ({ code, reason, wasClean }) => told.push([code, reason, wasClean, socket.readyState]);
  task.fails('reset');
  task.ends(undefined);
  task.fails('reset');
  socket.close();
  assert.deepEqual(told, ['reset', [1006, 'reset', false, 3]]);
  assert.equal(task.closedWith.length, 1);
});

test('a close without a code is one of 1006', () => {
  const task = new FakeTask({});
  const { overWx } = new Phone(FILES).require('heartline-wx.js');
  const socket = new (overWx({ connectSocket: () => task }).WebSocket)(LINE);
  socket.onclose = ({ code, reason }) => (socket.told = [code, reason]);
  task.ends(undefined);
  assert.deepEqual(socket.told, [1006, '']);
});

test('the code of the chapter that is no file of its own runs too', () => {
  const chapter = readFileSync('src/site/markdown/mini-program.md', 'utf8');
  const blocks = [...chapter.matchAll(/(?<!-->\n)```js\n(.*?)```/gs)].map(([, code]) => code);
  const main = `const { overWx } = require('./heartline-wx.js');
    ${blocks.join('\n')}
    module.exports = { options, lifecycle };`;
  const params = [];
  const wx = { getStorageSync: key => `my ${key}`, connectSocket: given => void params.push(given) };
  const { options, lifecycle } = new Phone({ ...FILES, 'main.js': main }, { globals: { wx } }).require('main.js');
  new options.WebSocket(LINE);
  assert.equal(params[0].header.Authorization, 'Bearer my token');
  const calls = [];
  const app = { ...lifecycle, line: { hide: () => calls.push('hide'), show: () => calls.push('show') } };
  app.onHide();
  app.onShow();
  assert.deepEqual(calls, ['hide', 'show']);
});

// ---- the stand-in itself, and what it does to a line

/** A server that takes each WebSocket but those at /refused, and a phone that believes it is app.example.com. */
async function withServer(fn, options = {}) {
  const server = createServer((request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ noServer: true });
  const requests = [];
  server.on('upgrade', (request, socket, head) => {
    requests.push(request);
    if (request.url === '/refused') return socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    return sockets.handleUpgrade(request, socket, head, line => sockets.emit('connection', line));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  let wx;
  const hosts = { 'app.example.com': `ws://127.0.0.1:${server.address().port}` };
  const files = { ...FILES, 'app.js': 'App({ onLaunch() { this.wx = wx; } });' };
  const phone = new Phone(files, { hosts, ...options });
  phone.require('app.js');
  ({ wx } = phone.app);
  try {
    await fn({ wx, phone, sockets, requests });
  } finally {
    for (const line of sockets.clients) line.terminate();
    phone.tasks.forEach(task => task.interrupt());
    server.close();
  }
}

const event = (task, name) => new Promise(resolve => task[`on${name}`](resolve));

test('the stand-in opens five sockets, and takes a sixth when one has ended', () =>
  withServer(async ({ wx }) => {
    const tasks = Array.from({ length: 5 }, () => wx.connectSocket({ url: 'wss://app.example.com/' }));
    await Promise.all(tasks.map(task => event(task, 'Open')));
    let refused;
    assert.equal(wx.connectSocket({ url: 'wss://app.example.com/', fail: ({ errMsg }) => (refused = errMsg) }), undefined);
    assert.match(refused, /exceed max task count/);
    const closed = event(tasks[0], 'Close');
    tasks[0].close({});
    await closed;
    await event(wx.connectSocket({ url: 'wss://app.example.com/' }), 'Open');
  }));

test('its Referer is fixed, other headers are the program\'s, and there is no Origin', () =>
  withServer(async ({ wx, requests }) => {
    await event(wx.connectSocket({ url: 'wss://app.example.com/', header: { referer: 'mine', Authorization: 'x' } }), 'Open');
    const { headers } = requests[0];
    assert.match(headers.referer, /^https:\/\/servicewechat\.com\/wx[0-9a-f]+\/1\/page-frame\.html$/);
    assert.deepEqual([headers.authorization, headers.origin, headers.host], ['x', undefined, 'app.example.com']);
  }));

test('it refuses what is not secure, and says no more of a refused handshake than the real one', () =>
  withServer(async ({ wx }) => {
    for (const url of ['ws://app.example.com/', 'wss://127.0.0.1/']) {
      let refused;
      wx.connectSocket({ url, fail: ({ errMsg }) => (refused = errMsg) });
      assert.match(refused, /url not in domain list/);
    }
    let success = false;
    const task = wx.connectSocket({ url: 'wss://app.example.com/refused', success: () => (success = true) });
    assert.match((await event(task, 'Error')).errMsg, /Invalid HTTP status/);
    assert.ok(success, 'though it failed');
  }));

test('in the background it opens nothing, and ends everything by a close without an error', () =>
  withServer(
    async ({ wx, phone }) => {
      const task = wx.connectSocket({ url: 'wss://app.example.com/' });
      await event(task, 'Open');
      task.onError(() => assert.fail('an error'));
      phone.hide();
      assert.equal((await event(task, 'Close')).code, 1006);
      let refused;
      wx.connectSocket({ url: 'wss://app.example.com/', fail: ({ errMsg }) => (refused = errMsg) });
      assert.match(refused, /interrupted/);
      phone.show();
      await event(wx.connectSocket({ url: 'wss://app.example.com/' }), 'Open');
    },
    { interrupted: 20 },
  ));
