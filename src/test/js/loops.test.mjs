import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scene, push, settle } from './testing/fakes.mjs';

const subscribed = (channel, position) => ({ subscribed: channel, position, recovered: true });

/** A live line that reads `orders` for a loop. */
async function looping(start) {
  const scene = await Scene.live();
  scene.orders = start ? scene.line.subscribe('orders', start) : scene.line.subscribe('orders');
  scene.socket.serverSends(subscribed('orders', 'e:0:t'));
  return scene;
}

test('a subscription can be looped over, and what comes before the loop waits for it', async () => {
  const scene = await looping();
  scene.socket.serverSends(push('orders', 1, 'a'), push('orders', 2, 'b', 'e:2:t'));
  const seen = [];
  for await (const publication of scene.orders) {
    seen.push(publication);
    if (seen.length === 2) setImmediate(() => scene.socket.serverSends(push('orders', 3, 'c', 'e:3:t')));
    if (seen.length === 3) break;
  }
  assert.deepEqual(seen.map(({ data, offset, channel, position }) => [data, offset, channel, position]), [
    ['a', 1, 'orders', undefined],
    ['b', 2, 'orders', 'e:2:t'],
    ['c', 3, 'orders', 'e:3:t'],
  ]);
  assert.deepEqual(scene.socket.commandsOf('unsubscribe'), [{ unsubscribe: 'orders' }], 'leaving the loop unsubscribes');
});

test('where to begin is said without a function too', async () => {
  const scene = await looping({ last: 3 });
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'orders', last: 3 }]);
});

test('a gap ends the loop by an error, and another loop goes on behind it', async () => {
  const scene = await looping();
  scene.socket.serverSends(push('orders', 1, 'a', 'e:1:t'), { gap: 'orders', position: 'f:7:t', reason: 'epoch' }, push('orders', 8, 'b', 'f:8:t'));
  const seen = [];
  const loop = scene.orders[Symbol.asyncIterator]();
  seen.push((await loop.next()).value.data);
  await assert.rejects(loop.next(), { code: 'gap', reason: 'epoch', position: 'f:7:t', message: 'updates were missed: epoch' });
  for await (const { data } of scene.orders) {
    seen.push(data);
    break;
  }
  assert.deepEqual(seen, ['a', 'b']);
});

test('a loop ends when the page unsubscribes, and by an error when a right ends or was refused', async () => {
  const scene = await looping();
  const done = scene.orders[Symbol.asyncIterator]().next();
  scene.orders.unsubscribe();
  assert.deepEqual(await done, { value: undefined, done: true });

  const secret = scene.line.subscribe('secret');
  scene.socket.serverSends({ error: { code: 'forbidden', message: 'may not read', about: 'secret' } });
  await assert.rejects(secret[Symbol.asyncIterator]().next(), { code: 'forbidden', message: 'may not read' });
  assert.deepEqual(scene.errors, [], 'the loop hears it');

  const room = scene.line.subscribe('room');
  scene.socket.serverSends(subscribed('room', 'e:0:t'), { unsubscribed: 'room', reason: 'expired' });
  const loop = room[Symbol.asyncIterator]();
  await assert.rejects(loop.next(), { code: 'unsubscribed', reason: 'expired' });
  assert.deepEqual(await loop.next(), { value: undefined, done: true });
});

test('a loop that falls 10,000 publications behind is told that it missed some, and goes on', async () => {
  const scene = await looping();
  for (let offset = 1; offset <= 10_001; offset++) scene.socket.serverSends(push('orders', offset, offset, `e:${offset}:t`));
  const loop = scene.orders[Symbol.asyncIterator]();
  await assert.rejects(loop.next(), { code: 'gap', reason: 'slow', position: 'e:10001:t' });
  scene.socket.serverSends(push('orders', 10_002, 'next', 'e:10002:t'));
  assert.equal((await loop.next()).value.data, 'next');
});

test('a subscription with a function can be looped over as well, from then on', async () => {
  const scene = await Scene.live();
  const heard = [];
  const orders = scene.line.subscribe('orders', data => heard.push(data));
  scene.socket.serverSends(subscribed('orders', 'e:0:t'), push('orders', 1, 'a'));
  const loop = orders[Symbol.asyncIterator]();
  scene.socket.serverSends(push('orders', 2, 'b'));
  assert.equal((await loop.next()).value.data, 'b');
  assert.deepEqual(heard, ['a', 'b']);
});

test('a loop reads on over a reconnect, each publication once', async () => {
  const scene = await looping();
  const loop = scene.orders[Symbol.asyncIterator]();
  scene.socket.serverSends(push('orders', 1, 'a', 'e:1:t'));
  await scene.reconnect();
  scene.socket.serverSends(subscribed('orders', 'e:1:t'), push('orders', 2, 'b', 'e:2:t'));
  assert.deepEqual([(await loop.next()).value.data, (await loop.next()).value.data], ['a', 'b']);
});

// ---- AbortSignal

test('a signal unsubscribes, and a loop over the subscription ends', async () => {
  const scene = await Scene.live();
  const abort = new AbortController();
  const orders = scene.line.subscribe('orders', { signal: abort.signal });
  const done = orders[Symbol.asyncIterator]().next();
  abort.abort();
  assert.deepEqual(await done, { value: undefined, done: true });
  assert.deepEqual(scene.socket.commandsOf('unsubscribe'), [{ unsubscribe: 'orders' }]);
});

test('a signal that was aborted before lets nothing begin', async () => {
  const scene = await Scene.live();
  const reason = new Error('gone');
  assert.throws(() => scene.line.subscribe('orders', () => {}, { signal: AbortSignal.abort(reason) }), reason);
  await settle();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), []);
});

test('a signal that outlives its subscriptions keeps none of them', async () => {
  const scene = await Scene.live();
  let listening = 0;
  const signal = { aborted: false, addEventListener: () => listening++, removeEventListener: () => listening-- };
  const first = scene.line.subscribe('orders', () => {}, { signal });
  scene.line.subscribe('room', () => {}, { signal });
  assert.equal(listening, 2);
  first.unsubscribe();
  scene.socket.serverSends(subscribed('room', 'e:0:t'), { unsubscribed: 'room', reason: 'forbidden' });
  assert.equal(listening, 0);
});

test('a publication is told with the time and the id that the server tells', async () => {
  const scene = await Scene.live();
  const heard = [];
  scene.line.subscribe('orders', (data, about) => heard.push(about));
  scene.socket.serverSends(subscribed('orders', 'e:0:t'), { channel: 'orders', offset: 1, time: 1_700, id: 'mine', data: 1 }, push('orders', 2, 2, 'e:2:t'));
  assert.deepEqual(heard, [
    { channel: 'orders', offset: 1, position: undefined, time: 1_700, id: 'mine' },
    { channel: 'orders', offset: 2, position: 'e:2:t' },
  ]);
});
