// What a page keeps over a long life. The garbage collector is asked first, so what is measured is what is held.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Scene, push, settle } from '../testing/fakes.mjs';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const ALLOWED = 1_000_000; // bytes; one kept object for each reconnect would be more

async function held() {
  await settle();
  collect();
  await new Promise(setImmediate);
  collect();
  return process.memoryUsage().heapUsed;
}

/** The scene notes all that happens; a page does not. */
function forget(scene) {
  scene.sockets.splice(0, scene.sockets.length - 1);
  scene.states.splice(0, scene.states.length - 1);
}

/** @returns {Promise<number>} bytes that are held after many rounds and were not after a few */
async function growth(t, rounds, round) {
  for (let i = 0; i < rounds / 10; i++) await round(i);
  const before = await held();
  for (let i = 0; i < rounds; i++) await round(i);
  const grown = (await held()) - before;
  t.diagnostic(`${rounds} rounds: ${grown} bytes`);
  return grown;
}

test('10,000 reconnects leave nothing behind', async t => {
  const scene = await Scene.live({ log: () => {} });
  scene.line.subscribe('orders', () => {});
  const grown = await growth(t, 10_000, async () => {
    scene.socket.serverSends({ subscribed: 'orders', position: 'e:1:t', recovered: true });
    await scene.reconnect();
    forget(scene);
  });
  assert.ok(grown < ALLOWED, `${grown} bytes`);
  assert.ok(scene.clock.armed < 5, 'no timers are left');
});

test('20,000 subscriptions that come and go leave nothing behind', async t => {
  const scene = await Scene.live();
  const { signal } = new AbortController();
  const grown = await growth(t, 20_000, async i => {
    const name = `room:${i}`;
    const subscription = i % 2 ? scene.line.subscribe(name, { signal }) : scene.line.subscribe(name, () => {}, { signal });
    scene.socket.serverSends({ subscribed: name, position: 'e:0:t', recovered: true }, push(name, 1, 'x', 'e:1:t'));
    subscription.unsubscribe();
    scene.socket.serverSends({ unsubscribed: name });
    scene.socket.sent.length = 0;
  });
  assert.ok(grown < ALLOWED, `${grown} bytes`);
  assert.deepEqual(scene.line.snapshot().channels, []);
});
