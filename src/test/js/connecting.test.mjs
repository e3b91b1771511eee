import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SECOND, Scene, WELCOME, settle } from './testing/fakes.mjs';

test('the first frame is the hello with the instance, and the subprotocol is asked for', async () => {
  const scene = await Scene.of();
  assert.deepEqual(scene.socket.protocols, ['heartline.v1']);
  scene.socket.serverOpens();
  assert.deepEqual(scene.socket.sent, [JSON.stringify({ hello: { instance: scene.line.instance } })]);
});

test('the line is live with the welcome, not with the open socket', async () => {
  const scene = await Scene.of();
  scene.socket.serverOpens();
  assert.equal(scene.line.state, 'connecting');
  scene.socket.serverSends(WELCOME);
  assert.equal(scene.line.state, 'live');
  assert.equal(scene.line.user, 'ann');
});

test('listeners put on right behind the constructor hear connecting', async () => {
  const scene = await Scene.live();
  assert.deepEqual(scene.states.map(([state]) => state), ['connecting', 'live']);
});

const location = { href: 'https://shop.example/app/page?x=1#top' };
for (const [written, dialled] of [
  ['/heartline/line', 'wss://shop.example/heartline/line'],
  ['line?beat=1', 'wss://shop.example/app/line?beat=1'],
  ['http://other.example/line', 'ws://other.example/line'],
  ['https://other.example/line#x', 'wss://other.example/line'],
  ['ws://other.example/line', 'ws://other.example/line'],
]) {
  test(`the address ${written} is dialled as ${dialled}`, async () => {
    const scene = await Scene.of({ url: written, location });
    assert.equal(scene.socket.url, dialled);
  });
}

for (const [door, asked] of [
  ['wss://other.example', 'https://other.example/api/whoami'],
  ['ws://other.example:81/line?beat=1/2', 'http://other.example:81/api/whoami'],
  ['WSS://other.example/a/b/line#x', 'https://other.example/a/b/api/whoami'],
]) {
  test(`whoami is beside the door ${door}`, async () => {
    const scene = await Scene.of({ url: door });
    scene.socket.serverRefuses();
    await settle();
    assert.equal(scene.http.asked[0].url.toLowerCase(), asked);
  });
}

test('an address that no WebSocket can have is said at once', () => {
  assert.throws(() => new Scene().open({ url: 'ftp://other.example/line' }), /must be ws\(s\) or http\(s\): ftp:/);
});

test('a connection that never opens is given up after ten seconds', async () => {
  const scene = await Scene.of();
  await scene.clock.advance(10 * SECOND - 1);
  assert.equal(scene.line.state, 'connecting');
  await scene.clock.advance(1);
  assert.equal(scene.line.state, 'waiting');
  assert.match(scene.states.find(([state]) => state === 'waiting')[1].why, /no welcome within 10000 ms/);
  assert.equal(scene.sockets[0].closedWith.code, 4003);
});

test('an open socket without a welcome is given up ten seconds after its constructor', async () => {
  const scene = await Scene.of();
  await scene.clock.advance(9 * SECOND);
  scene.socket.serverOpens();
  await scene.clock.advance(1 * SECOND);
  assert.equal(scene.line.state, 'waiting');
});

test('a page that slept while connecting gives the welcome three seconds more', async () => {
  const scene = await Scene.of();
  scene.socket.serverOpens();
  scene.clock.sleep(3600 * SECOND);
  await scene.clock.advance(0);
  scene.socket.serverSends(WELCOME);
  assert.equal(scene.line.state, 'live');
});

test('an attempt given up that opens late is closed and not heard', async () => {
  const scene = await Scene.of();
  await scene.clock.advance(10 * SECOND);
  const [late] = scene.sockets;
  late.closedWith = null;
  late.serverOpens();
  late.serverSends(WELCOME);
  assert.equal(late.closedWith.code, 1000);
  assert.deepEqual(late.sent, []);
  assert.equal(scene.line.state, 'waiting');
});

test('close() hangs up, and nothing comes back by itself', async () => {
  const scene = await Scene.live();
  scene.line.close();
  assert.deepEqual(scene.socket.closedWith, { code: 1000, reason: 'closed by the page' });
  assert.equal(scene.line.state, 'closed');
  await scene.clock.advance(3600 * SECOND);
  assert.equal(scene.sockets.length, 1);
  assert.equal(scene.clock.armed, 0);
  assert.ok([...scene.page.listeners.values()].every(count => count === 0), 'no listener is left on the page');
});

test('close() right behind the constructor never dials', async () => {
  const scene = new Scene();
  scene.open().close();
  await settle();
  assert.equal(scene.sockets.length, 0);
});

test('connect() after close() takes the subscriptions up again', async () => {
  const scene = await Scene.live();
  scene.line.subscribe('orders', () => {});
  scene.socket.serverSends({ subscribed: 'orders', position: 'e:7:t', recovered: true });
  scene.line.close();
  scene.line.connect();
  await scene.goLive();
  assert.deepEqual(scene.socket.commands[1], { subscribe: 'orders', after: 'e:7:t' });
});

test('connect() while waiting comes at once, and while live does nothing', async () => {
  const scene = await Scene.live();
  scene.line.connect();
  await settle();
  assert.equal(scene.sockets.length, 1);
  scene.socket.serverCloses(1006);
  scene.line.connect();
  await scene.goLive();
  assert.equal(scene.sockets.length, 2);
});

test('an unreadable frame is an error of the line, which goes on', async () => {
  const scene = await Scene.live();
  scene.socket.serverSends('{"channel":');
  scene.socket.serverSends('5', 'null', '{"new":"kind"}');
  assert.deepEqual(scene.errors.map(({ code }) => code), ['malformed']);
  assert.equal(scene.line.state, 'live');
});

test('probe() tells the round trip, and fails when the line ends first', async () => {
  const scene = await Scene.live();
  const answered = scene.line.probe();
  await scene.clock.advance(42);
  scene.socket.serverSends({ probed: scene.socket.commandsOf('probe')[0].probe });
  assert.equal(await answered, 42);
  const lost = scene.line.probe();
  scene.socket.serverCloses(1006);
  await assert.rejects(lost, /ended before the answer/);
  await assert.rejects(scene.line.probe(), /no line to probe: waiting/);
});

test('native timers, fetch and storage are called as browsers demand, not as methods of ours', async () => {
  const strict = fn => function (...args) {
    assert.equal(this, undefined, 'Illegal invocation');
    return fn(...args);
  };
  const scene = new Scene();
  const { setTimeout, clearTimeout } = scene.clock;
  scene.line = scene.open({ setTimeout: strict(setTimeout), clearTimeout: strict(clearTimeout), fetch: strict(scene.http.fetch) });
  await settle();
  scene.socket.serverRefuses();
  await settle();
  assert.equal(scene.http.asked.length, 1);
});

test('it works where there is neither a page nor storage', async () => {
  const scene = await Scene.live({ env: null, storage: null });
  assert.match(scene.line.instance, /^[0-9a-f]{32}$/);
});

test('close() in a callback is the last word, whatever else the frame holds', async () => {
  const scene = await Scene.live();
  scene.line.on('beat', () => scene.line.close());
  scene.socket.serverSends({ beat: 1 }, WELCOME, { bye: { code: 4000, delay: 5 } });
  assert.equal(scene.line.state, 'closed');
  assert.equal(scene.clock.armed, 0);
});

test('an error that leaves the socket open ends nothing', async () => {
  const scene = await Scene.live();
  scene.socket.onerror({});
  await scene.clock.advance(SECOND);
  assert.equal(scene.line.state, 'live');
});
