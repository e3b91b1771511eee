import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Heartline } from './testing/script.mjs';
import { Scene, push, settle } from './testing/fakes.mjs';

// ---- ready() and once()

test('ready() waits for the line to be live, and then is settled at once', async () => {
  const scene = await Scene.of();
  let ready = false;
  scene.line.ready().then(() => (ready = true));
  await settle();
  assert.equal(ready, false);
  await scene.goLive();
  assert.equal(ready, true);
  await scene.line.ready();
});

test('ready() outlasts failed attempts', async () => {
  const scene = await Scene.of();
  const ready = scene.line.ready();
  scene.socket.serverRefuses();
  await scene.clock.advance(scene.detail.delay);
  await scene.goLive();
  await ready;
});

for (const [code, state] of [[4500, 'replaced'], [4503, 'refused']]) {
  test(`ready() is rejected when the line is ${state}, and afterwards`, async () => {
    const scene = await Scene.of();
    const waiting = assert.rejects(scene.line.ready(), { state, code });
    scene.socket.serverOpens();
    scene.socket.serverCloses(code);
    await waiting;
    await assert.rejects(scene.line.ready(), { state, code, message: /^no line: ./ });
  });
}

test('ready() is rejected when the page closes the line, and waits again after connect()', async () => {
  const scene = await Scene.of();
  const waiting = assert.rejects(scene.line.ready(), { state: 'closed', message: 'no line: closed by the page' });
  scene.line.close();
  await waiting;
  scene.line.connect();
  const ready = scene.line.ready();
  await scene.goLive();
  await ready;
});

test('once() hears the next event only, at the line, a subscription and a presence', async () => {
  const scene = await Scene.live();
  const heard = [];
  scene.line.once('beat', ({ serverTime }) => heard.push(serverTime));
  const never = scene.line.once('beat', () => heard.push('never'));
  never();
  scene.socket.serverSends({ beat: 1 }, { beat: 2 });
  const orders = scene.line.subscribe('orders', () => {});
  orders.once('gap', ({ reason }) => heard.push(reason));
  scene.socket.serverSends({ subscribed: 'orders', position: 'e:1:t', recovered: true });
  for (const reason of ['epoch', 'trimmed']) scene.socket.serverSends({ gap: 'orders', position: 'f:1:t', reason });
  assert.deepEqual(heard, [1, 'epoch']);
  assert.throws(() => scene.line.presence('room').once('joined', () => {}), /^TypeError: event must be one of change, error: joined$/);
});

// ---- when to connect

test('autoConnect: false dials nothing before connect(), and what was asked meanwhile is asked then', async () => {
  const scene = await Scene.of({ autoConnect: false });
  scene.line.subscribe('orders', () => {});
  const published = scene.line.publish('chat', 'hello', { id: 'one' });
  scene.page.show();
  await scene.clock.advance(60_000);
  assert.equal(scene.sockets.length, 0);
  assert.deepEqual([scene.line.state, scene.states], ['closed', []]);
  scene.line.connect();
  await scene.goLive();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'orders' }]);
  scene.socket.serverSends({ published: 'chat', position: 'e:1:t', id: 'one' });
  await published;
});

test('reconnect says the shortest and the longest wait', async () => {
  const scene = await Scene.of({ reconnect: { min: 1_000, max: 5_000 } }, scene => (scene.random = 1));
  const delays = [];
  for (let i = 0; i < 4; i++) {
    scene.socket.serverRefuses();
    delays.push(scene.detail.delay);
    await scene.clock.advance(scene.detail.delay);
  }
  assert.deepEqual(delays, [5_000, 5_000, 5_000, 5_000]);
  scene.random = 0;
  scene.socket.serverRefuses();
  assert.equal(scene.detail.delay, 1_000);
});

test('a longest wait below the shortest of our own is obeyed', async () => {
  const scene = await Scene.of({ reconnect: { max: 200 } }, scene => (scene.random = 1));
  scene.socket.serverRefuses();
  assert.equal(scene.detail.delay, 200);
});

for (const [reconnect, message] of [
  [{ min: 50 }, 'min must be a time in ms, 100 or more: 50'],
  [{ max: 0 }, 'max must be a time in ms, more than 0: 0'],
  [{ min: 2_000, max: 1_000 }, 'min must not be more than max, which is 1000: 2000'],
  [{ delay: 1 }, 'reconnect may be min, max: delay'],
  [5, 'reconnect must be an object with min, max, or both: 5'],
]) {
  test(`reconnect: ${JSON.stringify(reconnect)} is refused`, () => {
    assert.throws(() => new Heartline('ws://host/line', { WebSocket: class {}, reconnect }), { name: 'TypeError', message });
  });
}

// ---- for support

const SECRET = 'do-not-tell';

async function eventful() {
  const told = [];
  const scene = await Scene.live({ url: `ws://host/heartline/line?key=${SECRET}`, token: SECRET, log: (what, detail) => told.push([what, detail]) });
  scene.line.subscribe('orders', () => {}, { token: SECRET });
  scene.socket.serverSends({ subscribed: 'orders', position: 'e:4:t', recovered: true }, push('orders', 5, SECRET, 'e:5:t'));
  scene.line.publish('chat', SECRET);
  scene.socket.serverSends({ error: { code: 'limit', message: 'too much', about: 'orders' } });
  scene.socket.serverCloses(4002, 'slow');
  return { scene, told };
}

test('the log is told what happens, in order', async () => {
  const { told } = await eventful();
  assert.deepEqual(told.map(([what, { state }]) => state ?? what), ['connecting', 'dial', 'welcome', 'live', 'subscribed', 'error', 'end', 'waiting']);
  assert.deepEqual(told.at(-2), ['end', { code: 4002, reason: 'slow', opened: true }]);
});

test('a snapshot says where the line and each channel stand, and what happened', async () => {
  const { scene } = await eventful();
  const { version, url, state, detail, transport, user, line, channels, publishing, journal } = scene.line.snapshot();
  assert.deepEqual([version, url, state, transport, user, line], [Heartline.version, 'ws://host/heartline/line', 'waiting', null, 'ann', 'l1']);
  assert.equal(detail.code, 4002);
  assert.deepEqual(channels, [{ channel: 'orders', position: 'e:5:t', held: false, subscriptions: 1 }]);
  assert.equal(publishing, 1);
  assert.deepEqual(journal.at(-1), { time: scene.clock.now(), what: 'state', detail: { state: 'waiting', ...detail } });
});

test('neither the log nor a snapshot tells tokens, addresses with queries or data', async () => {
  const { scene, told } = await eventful();
  assert.ok(!JSON.stringify(scene.line.snapshot()).includes(SECRET));
  assert.ok(!JSON.stringify(told).includes(SECRET));
});

test('the journal keeps the newest 50 things', async () => {
  const scene = await Scene.live();
  for (let i = 0; i < 60; i++) scene.socket.serverSends({ expiring: i });
  const { journal } = scene.line.snapshot();
  assert.equal(journal.length, 50);
  assert.deepEqual(journal.at(-1).detail, { expiring: 59 });
});

// ---- history()

test('history() asks by HTTP, with the token, and answers as the server does', async () => {
  const scene = await Scene.live({ token: 'secret' });
  const answer = { channel: 'orders', recovered: true, publications: [], position: 'e:1:t', head: 'e:2:t', more: true };
  scene.http.body = answer;
  assert.deepEqual(await scene.line.history('orders', { after: 'e:0:t', limit: 10 }), answer);
  assert.equal(scene.http.asked.at(-1).url, 'http://host/heartline/api/history?channel=orders&after=e%3A0%3At&limit=10');
  assert.equal(scene.http.asked.at(-1).headers.Authorization, 'Bearer secret');
  await scene.line.history('orders', { last: 5, after: null });
  assert.match(scene.http.asked.at(-1).url, /\?channel=orders&last=5$/);
  await scene.line.history('orders');
  assert.match(scene.http.asked.at(-1).url, /\?channel=orders$/);
});

test('history() that is refused says why, in the words of the server', async () => {
  const scene = await Scene.live();
  scene.http.answer = { status: 403 };
  scene.http.body = { error: { status: 403, field: 'channel', message: 'may not be read without a key: orders' } };
  await assert.rejects(scene.line.history('orders'), { status: 403, message: 'the history of orders is not told: may not be read without a key: orders' });
  scene.http.answer = { status: 502 };
  scene.http.body = undefined;
  await assert.rejects(scene.line.history('orders'), { status: 502, message: 'the history of orders is not told: the server answers 502' });
});

for (const [channel, past, message] of [
  ['a b', {}, /^channel may contain /],
  ['orders', { limit: 0 }, /^limit must be a whole number from 1 to 1000: 0$/],
  ['orders', { limit: 1_001 }, /^limit must be a whole number from 1 to 1000: 1001$/],
  ['orders', { after: 'e:1:t', last: 1 }, /^after and last exclude each other: e:1:t, 1$/],
  ['orders', { since: 'e:1:t' }, /^options may be after, last, limit: since$/],
]) {
  test(`history() refuses ${JSON.stringify([channel, past])} without asking`, async () => {
    const scene = await Scene.live();
    await assert.rejects(scene.line.history(channel, past), { name: 'TypeError', message });
    assert.equal(scene.http.asked.length, 0);
  });
}

