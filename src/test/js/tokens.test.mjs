import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SECOND, Scene, WELCOME, push, settle } from './testing/fakes.mjs';

/** A provider of t1, t2, ... */
function provider() {
  let count = 0;
  return () => `t${++count}`;
}

test('a page that is told that it expires sends a new token on the live line', async () => {
  const scene = await Scene.live({ token: provider() });
  const told = [];
  scene.line.on('expiring', ({ in: left }) => told.push(left));
  scene.socket.serverSends({ expiring: 20_000 });
  await settle();
  assert.deepEqual(told, [20_000]);
  assert.deepEqual(scene.socket.commandsOf('token'), [{ token: 't2' }]);
  assert.equal(scene.line.state, 'live');
  assert.equal(scene.sockets.length, 1);
});

test('a token that the server has already is not sent again', async () => {
  const scene = await Scene.live({ token: () => 'same' });
  scene.socket.serverSends({ expiring: 20_000 });
  await settle();
  assert.deepEqual(scene.socket.commandsOf('token'), []);
});

test('a token that cannot be fetched is an error, and is tried again when the server tells again', async () => {
  let fails = false;
  const next = provider();
  const scene = await Scene.live({ token: () => (fails ? Promise.reject(new Error('503')) : next()) });
  fails = true;
  scene.socket.serverSends({ expiring: 20_000 });
  await settle();
  assert.equal(scene.errors[0].code, 'token');
  assert.equal(scene.line.state, 'live');
  fails = false;
  scene.socket.serverSends({ expiring: 6_000 });
  await settle();
  assert.deepEqual(scene.socket.commandsOf('token'), [{ token: 't2' }]);
});

test('one token at a time is fetched for a line', async () => {
  let give;
  let asked = 0;
  const scene = await Scene.live({ token: () => (++asked === 1 ? 't1' : new Promise(resolve => (give = resolve))) });
  scene.socket.serverSends({ expiring: 20_000 });
  await settle();
  scene.socket.serverSends({ expiring: 6_000 });
  await settle();
  assert.equal(asked, 2);
  give('t2');
  await settle();
  assert.deepEqual(scene.socket.commandsOf('token'), [{ token: 't2' }]);
});

test('a token that comes after its line is gone is not sent on the next one', async () => {
  let give;
  let asked = 0;
  const scene = await Scene.live({ token: () => (++asked === 2 ? new Promise(resolve => (give = resolve)) : `t${asked}`) });
  scene.socket.serverSends({ expiring: 20_000 });
  await settle();
  await scene.reconnect();
  give('late');
  await settle();
  assert.deepEqual(scene.socket.commandsOf('token'), []);
  assert.equal(scene.hello.token, 't3');
});

test('a page without a provider only hears that it expires', async () => {
  const scene = await Scene.live({ token: 'fixed' });
  scene.socket.serverSends({ expiring: 20_000 });
  await settle();
  assert.deepEqual(scene.socket.commandsOf('token'), []);
  assert.deepEqual(scene.errors, []);
});

test('a page says as whom it was welcomed last, when it comes back by itself', async () => {
  const scene = await Scene.live();
  assert.equal(scene.hello.as, undefined);
  await scene.reconnect();
  assert.equal(scene.hello.as, 'ann');
});

test('a page whose user is gone is refused, and says so', async () => {
  const scene = await Scene.live();
  scene.socket.serverCloses(1006);
  await scene.clock.advance(scene.detail.delay);
  scene.socket.serverOpens();
  scene.socket.serverSends({ bye: { code: 4503, reason: 'logged out', reconnect: false, delay: 0 } });
  scene.socket.serverCloses(4503, 'logged out');
  assert.equal(scene.line.state, 'refused');
  assert.equal(scene.detail.code, 4503);
  assert.equal(scene.detail.why, 'logged out');
});

test('a page that was nobody may become somebody', async () => {
  const scene = await Scene.of();
  await scene.goLive({ welcome: { ...WELCOME.welcome, user: undefined } });
  await scene.reconnect();
  assert.equal(scene.hello.as, undefined);
});

for (const [how, leave] of [
  ['close() and connect()', scene => scene.line.close()],
  ['connect() after a refusal', scene => scene.socket.serverCloses(4503)],
]) {
  test(`${how} may be as another user`, async () => {
    const scene = await Scene.live();
    leave(scene);
    scene.line.connect();
    await settle();
    await scene.goLive();
    assert.equal(scene.hello.as, undefined);
  });
}

test('takeBack() is by whoever the page was', async () => {
  const scene = await Scene.live();
  scene.socket.serverCloses(4500);
  scene.line.takeBack();
  await settle();
  await scene.goLive();
  assert.equal(scene.hello.as, 'ann');
});

/** A server's event streams by fetch; the test writes into them. */
class FakeStreams {
  opened = [];

  constructor(http) {
    this.http = http;
  }

  fetch = (url, request) => {
    if (!url.includes('/events')) return this.http.fetch(url, request);
    const stream = { url, request, aborted: false, write: undefined };
    const body = new ReadableStream({
      start(controller) {
        stream.write = text => controller.enqueue(new TextEncoder().encode(text));
        stream.end = () => controller.close();
      },
    });
    request.signal.addEventListener('abort', () => (stream.aborted = true));
    this.opened.push(stream);
    return Promise.resolve({ ok: true, status: 200, body });
  };
}

/** Reading a stream takes turns of the real loop. */
const turns = async () => {
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve));
};

async function byFetch() {
  let streams;
  const scene = new Scene();
  scene.hasEvents = true;
  streams = new FakeStreams(scene.http);
  scene.line = scene.open({ token: provider(), fetch: streams.fetch });
  const seen = [];
  scene.line.subscribe('orders', data => seen.push(data));
  await settle();
  for (let i = 0; i < 2; i++) {
    scene.socket.serverRefuses();
    await settle();
    await scene.clock.advance(scene.detail.delay);
    await settle();
  }
  return { scene, streams: streams.opened, seen };
}

test('where WebSockets are blocked the token goes with the event stream, in a header and not in its address', async () => {
  const { scene, streams, seen } = await byFetch();
  assert.equal(scene.streams.length, 0, 'no EventSource: it could not carry the token');
  assert.equal(streams.length, 1);
  const [{ url, request, write }] = streams;
  assert.match(request.headers.Authorization, /^Bearer t\d+$/);
  assert.ok(!/[?&=]t\d/.test(url), url);
  write(`retry: 1000\n\ndata: ${JSON.stringify(WELCOME)}\n\nda`);
  write(`ta: ${JSON.stringify({ subscribed: 'orders', position: 'e:0:t', recovered: true })}\n\n`);
  write(`data: ${JSON.stringify(push('orders', 1, 'a', 'e:1:t'))}\nid: orders=e:1:t\n\n`);
  await turns();
  assert.equal(scene.line.state, 'live');
  assert.deepEqual(seen, ['a']);
  scene.line.close();
  assert.ok(streams[0].aborted);
});

test('a stream whose token expires is opened anew with a fresh one, at once, as the same user', async () => {
  const { scene, streams } = await byFetch();
  streams[0].write(`data: ${JSON.stringify(WELCOME)}\n\n`);
  await turns();
  streams[0].write(`data: ${JSON.stringify({ expiring: 20_000 })}\n\n`);
  streams[0].write(`data: ${JSON.stringify({ bye: { code: 4001, reconnect: true, delay: 0 } })}\n\n`);
  streams[0].end();
  await turns();
  assert.equal(streams.length, 2);
  assert.notEqual(streams[1].request.headers.Authorization, streams[0].request.headers.Authorization);
  assert.match(streams[1].url, /[?&]as=ann(&|$)/);
});

test('a stream that ends is an end like any other', async () => {
  const { scene, streams } = await byFetch();
  streams[0].write(`data: ${JSON.stringify(WELCOME)}\n\n`);
  await turns();
  streams[0].end();
  await turns();
  assert.equal(scene.line.state, 'waiting');
  await scene.clock.advance(SECOND);
  await turns();
  assert.equal(streams.length, 2);
});
