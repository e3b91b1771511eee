// What pages rarely meet, and must not be hurt by.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Heartline, heartCheck } from './testing/script.mjs';
import { BEAT, FakeClock, FakeSocket, FakeStorage, GRACE, PROBE, SECOND, Scene, WELCOME, push, settle } from './testing/fakes.mjs';

const HOUR = 3600 * SECOND;

// ---- a clock that is set back

test('a clock set back while the server drains makes nobody wait longer than told', async () => {
  const scene = await Scene.live();
  scene.socket.serverSends({ bye: { code: 4008, reconnect: true, delay: 7 * SECOND } });
  scene.clock.time -= HOUR;
  scene.socket.serverCloses(4008);
  assert.equal(scene.detail.delay, 7 * SECOND);
});

test('nor one set back after a busy server said how long to leave it alone', async () => {
  const scene = await Scene.of({}, scene => (scene.http.answer = { status: 503, retryAfter: '5' }));
  scene.socket.serverRefuses();
  await settle();
  assert.equal(scene.detail.delay, 5 * SECOND);
  scene.clock.time -= HOUR;
  scene.line.connect();
  await settle();
  scene.socket.serverRefuses();
  assert.equal(scene.detail.delay, 5 * SECOND);
});

test('nor is the way by events preferred for longer', async () => {
  const scene = await Scene.of({}, scene => (scene.hasEvents = true));
  for (let i = 0; i < 2; i++) {
    scene.socket.serverRefuses();
    await settle();
    await scene.clock.advance(scene.detail.delay);
  }
  scene.stream.serverOpens();
  scene.stream.serverSends(WELCOME);
  scene.clock.time -= HOUR;
  scene.stream.serverEnds();
  await scene.clock.advance(scene.detail.delay);
  assert.equal(scene.line.transport, 'websocket');
});

// ---- a right that ends just when the page unsubscribes

test('a right that ends while the page unsubscribes and subscribes again is not taken for the answer', async () => {
  const scene = await Scene.live();
  const [seen, errors] = [[], []];
  scene.line.subscribe('orders', () => {}).unsubscribe();
  scene.line.subscribe('orders', data => seen.push(data)).on('error', error => errors.push(error));
  scene.socket.serverSends({ subscribed: 'orders', position: 'e:1:t', recovered: true });
  scene.socket.serverSends({ unsubscribed: 'orders', reason: 'the right has ended' });
  assert.equal(scene.socket.commandsOf('subscribe').length, 1, 'the answer to the unsubscribe is still to come');
  scene.socket.serverSends({ error: { code: 'none', message: 'this line does not read the channel', about: 'orders' } });
  assert.equal(scene.socket.commandsOf('subscribe').length, 2);
  scene.socket.serverSends({ subscribed: 'orders', position: 'e:5:t', recovered: true }, push('orders', 6, 'a', 'e:6:t'));
  assert.deepEqual([seen, errors, scene.errors], [['a'], [], []]);
});

// ---- questions that nobody answers

test('a probe that is not answered is rejected, though the line is heard meanwhile', async () => {
  const scene = await Scene.live();
  let told;
  scene.line.probe().catch(error => (told = error.message));
  for (let i = 0; i < 4; i++) {
    await scene.clock.advance(GRACE / 4);
    scene.socket.serverSends({ beat: 1 });
  }
  await settle();
  assert.match(told, /no answer within 10000 ms/);
  assert.equal(scene.line.state, 'live');
  assert.equal(scene.socket.alive, true);
});

test('an answered probe leaves no timer behind', async () => {
  const scene = await Scene.live();
  const before = scene.clock.armed;
  const probe = scene.line.probe();
  scene.socket.serverSends({ probed: 1 });
  assert.equal(await probe, 0);
  await settle();
  assert.equal(scene.clock.armed, before);
});

test('close() while a token is fetched leaves no timer behind', async () => {
  const scene = await Scene.of({ token: () => new Promise(() => {}) });
  assert.equal(scene.clock.armed, 1);
  scene.line.close();
  assert.equal(scene.clock.armed, 0);
  await settle();
  assert.deepEqual(scene.errors, []);
  assert.equal(scene.line.state, 'closed');
});

test('nor does close() while a live line fetches a fresh one', async () => {
  let asked = 0;
  const scene = await Scene.live({ token: () => (++asked === 1 ? 't1' : new Promise(() => {})) });
  scene.socket.serverSends({ expiring: 20_000 });
  await settle();
  scene.line.close();
  assert.equal(scene.clock.armed, 0);
  await settle();
  assert.deepEqual(scene.errors, []);
});

test('nor does close() while the server is asked why it refuses', async () => {
  const scene = await Scene.of({}, scene => (scene.http.answer = 'silence'));
  scene.socket.serverRefuses();
  await settle();
  scene.line.close();
  assert.equal(scene.clock.armed, 0);
  await settle();
  assert.ok(scene.http.asked[0].signal.aborted);
});

// ---- taking the line back

for (const code of [4001, 4504]) {
  test(`what a user took back is still taken after a fresh token for ${code}`, async () => {
    let count = 0;
    const scene = await Scene.live({ token: () => `t${++count}` });
    scene.socket.serverCloses(4500);
    scene.line.takeBack();
    await settle();
    scene.socket.serverOpens();
    assert.equal(scene.hello.take, true);
    scene.socket.serverCloses(code);
    await settle();
    await scene.goLive();
    assert.equal(scene.hello.take, true);
    assert.equal(scene.hello.token, 't3');
    await scene.reconnect();
    assert.equal(scene.hello.take, undefined);
  });
}

// ---- heartCheck

/** A WebSocket that the page listens to as modern pages do, and its heart check. */
function listened(options = {}) {
  const clock = new FakeClock();
  const socket = new FakeSocket('ws://host/ws');
  const closes = [];
  socket.addEventListener('close', ({ code, wasClean }) => closes.push([code, wasClean]));
  socket.addEventListener('error', () => closes.push('error'));
  heartCheck(socket, { setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout, now: clock.now, random: () => 0, ...options });
  socket.serverOpens();
  return { clock, socket, closes };
}

test('heartCheck tells those who listen to close, once: what the browser tells later is kept from them', async () => {
  const { clock, socket, closes } = listened();
  await clock.advance(BEAT + GRACE + PROBE);
  assert.deepEqual(closes, [[4003, false]]);
  socket.serverRefuses();
  assert.deepEqual(closes, [[4003, false]]);
});

test('a page that is told by onDead, or leaves reconnecting to heartCheck, does not hear of it by close', async () => {
  for (const options of [{ onDead: () => {} }, { reconnect: () => {} }]) {
    const { clock, socket, closes } = listened(options);
    await clock.advance(BEAT + GRACE + PROBE);
    socket.serverCloses(1006);
    assert.deepEqual(closes, []);
  }
});

test('a close that the browser tells in time is heard as ever', async () => {
  const { socket, closes } = listened();
  socket.serverCloses(1001);
  assert.deepEqual(closes, [[1001, true]]);
});

// ---- the name of the tab

test('a page that comes back from the cache shares its name with no tab that was copied meanwhile', async () => {
  const scene = await Scene.live();
  scene.page.fire('pagehide', { persisted: true }); // the tab goes to a page without a line
  const copy = await Scene.live({}, next => (next.storage = scene.storage.copy()));
  scene.page.fire('pageshow', { persisted: true });
  await scene.goLive();
  assert.notEqual(scene.hello.instance, copy.hello.instance);
  assert.equal(scene.line.instance, scene.hello.instance);
});

for (const first of ['resume', 'visibilitychange']) {
  test(`nor does one whose browser tells ${first} before pageshow, as Chromium does`, async () => {
    const scene = await Scene.live();
    scene.page.fire('pagehide', { persisted: true });
    const copy = await Scene.live({}, next => (next.storage = scene.storage.copy()));
    scene.page.fire(first);
    await scene.goLive();
    const { instance } = scene.hello;
    assert.notEqual(instance, copy.hello.instance);
    scene.page.fire('pageshow', { persisted: true });
    assert.equal(scene.line.instance, instance);
  });
}

test('nor does one that was replaced before it was put away', async () => {
  const scene = await Scene.live();
  scene.socket.serverCloses(4500);
  scene.page.fire('pagehide', { persisted: true });
  const copy = await Scene.live({}, next => (next.storage = scene.storage.copy()));
  scene.page.fire('pageshow', { persisted: true });
  assert.notEqual(scene.line.instance, copy.hello.instance);
});

test('a name that was given back long ago may be in a copied tab too, so it is not taken up', async () => {
  const scene = await Scene.live();
  scene.page.fire('pagehide');
  const names = [];
  for (const storage of [scene.storage.copy(), scene.storage.copy()]) {
    const prepare = next => {
      next.storage = storage;
      next.clock.time = scene.clock.time + 11 * SECOND;
    };
    names.push((await Scene.live({}, prepare)).line.instance);
  }
  assert.equal(new Set([scene.line.instance, ...names]).size, 3);
});

test('a name in a form of other versions is not taken up', async () => {
  const storage = new FakeStorage();
  const scene = await Scene.live({}, next => (next.storage = storage));
  scene.page.fire('pagehide');
  const [[key, value]] = storage.entries;
  storage.setItem(key, value.split(' ')[0]);
  const next = await Scene.live({}, next => (next.storage = storage));
  assert.notEqual(next.line.instance, scene.line.instance);
});

// ---- where there is no WebSocket

test('where there is no WebSocket but events, the line goes by events, and stays there', async () => {
  const scene = await Scene.of({ WebSocket: undefined }, scene => (scene.hasEvents = true));
  scene.stream.serverOpens();
  scene.stream.serverSends(WELCOME);
  assert.equal(scene.line.state, 'live');
  assert.equal(scene.line.transport, 'sse');
  for (const event of ['online', 'offline']) scene.page.fire(event);
  await scene.clock.advance(20 * SECOND);
  scene.page.hide();
  await settle();
  assert.equal(scene.streams.length, 1);
  scene.stream.serverEnds();
  await scene.clock.advance(scene.detail.delay);
  assert.equal(scene.line.transport, 'sse');
  assert.deepEqual(scene.sockets, []);
});

test('an attempt by events that fails there is not counted as a blocked address', async () => {
  const scene = await Scene.of({ WebSocket: undefined }, scene => (scene.hasEvents = true));
  for (let i = 0; i < 4; i++) {
    scene.stream.serverRefuses();
    await settle();
    assert.equal(scene.detail.blocked, undefined);
    await scene.clock.advance(scene.detail.delay);
  }
});

test('where there is neither, that is said at once', () => {
  const nowhere = { WebSocket: undefined, EventSource: undefined, env: null, storage: null };
  assert.throws(() => new Heartline('ws://host/line', nowhere), /no WebSocket here: pass options.WebSocket/);
  assert.throws(() => new Heartline('ws://host/line', { ...nowhere, EventSource: class {}, events: null }), /no WebSocket here/);
});

test('what is no constructor is told as that, not as an address that the browser blocks', async () => {
  const scene = await Scene.of({ WebSocket: () => {} });
  for (let i = 0; i < 4; i++) {
    await settle();
    assert.match(scene.detail.reason, /not a constructor/);
    assert.equal(scene.detail.blocked, undefined);
    await scene.clock.advance(scene.detail.delay);
  }
});
