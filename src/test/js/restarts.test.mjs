// A server that stops and comes back: how soon its pages are there again, and how many of them at a time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diverted, welcome } from './testing/diverted.mjs';
import { SECOND, Scene, settle } from './testing/fakes.mjs';

const stopping = (delay, spread) => ({ bye: { code: 1012, reason: 'server stops', reconnect: true, delay, spread } });

/** Numbers that look random, the same in each run. */
function draws(seed) {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** @returns {Promise<number>} how long after the server is ready a page that it told to come back opens a line, in ms */
async function backAfter(scene, ready, down) {
  const until = scene.clock.time + ready;
  for (;;) {
    const { delay } = scene.detail;
    await scene.clock.advance(delay);
    await settle();
    if (scene.clock.time >= until) return scene.clock.time - until;
    down(scene);
    await settle();
  }
}

test('a page that is looked at is back within 3 s of the server being ready, however long that took', async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const scene = await Scene.live({ random: draws(seed) }, scene => (scene.http.answer = new Error('down')));
    scene.socket.serverSends(stopping(seed * 10, 2 * SECOND));
    scene.socket.serverCloses(1012);
    const late = await backAfter(scene, (seed % 60) * SECOND, scene => scene.socket.serverRefuses());
    assert.ok(late <= 3 * SECOND, `seed ${seed}: ${late} ms`);
    await scene.goLive();
  }
});

test('so is one that goes by events', async () => {
  const scene = await diverted();
  await welcome(scene);
  scene.http.answer = new Error('down');
  scene.random = 1;
  scene.stream.serverSends(stopping(SECOND, 2 * SECOND));
  scene.stream.serverEnds();
  const late = await backAfter(scene, 40 * SECOND, scene => scene.stream.serverRefuses());
  assert.ok(late <= 3 * SECOND, `${late} ms`);
});

test('a server that says why it does not take lines yet does not keep them away for longer', async () => {
  const scene = await Scene.live({}, scene => {
    scene.http.answer = { status: 503, retryAfter: '1' };
    scene.random = 1;
  });
  scene.socket.serverSends(stopping(SECOND, 2 * SECOND));
  scene.socket.serverCloses(1012);
  const late = await backAfter(scene, 20 * SECOND, scene => scene.socket.serverRefuses());
  assert.ok(late <= 3 * SECOND, `${late} ms`);
});

test('the pages of a big server come back over the time that it told, and not as one wave', async () => {
  const spread = 10 * SECOND;
  const seconds = new Array(11).fill(0);
  for (let seed = 1; seed <= 300; seed++) {
    const scene = await Scene.live({ random: draws(seed * 7_919) });
    scene.socket.serverSends(stopping(0, spread));
    scene.socket.serverCloses(1012);
    for (let i = 0; i < 3; i++) {
      await scene.clock.advance(scene.detail.delay);
      scene.socket.serverRefuses();
      await settle();
    }
    assert.ok(scene.detail.delay <= 250 + spread);
    seconds[Math.floor(scene.detail.delay / SECOND)]++;
  }
  assert.ok(Math.max(...seconds) < 60, `${seconds}`);
});

test('a page that nobody looks at slows down as ever', async () => {
  const scene = await Scene.live({}, scene => (scene.random = 1));
  scene.http.answer = new Error('down');
  scene.page.hide();
  scene.socket.serverSends(stopping(SECOND, 2 * SECOND));
  scene.socket.serverCloses(1012);
  for (let i = 0; i < 6; i++) {
    await scene.clock.advance(scene.detail.delay);
    scene.socket.serverRefuses();
    await settle();
  }
  assert.ok(scene.detail.delay > 20 * SECOND, `${scene.detail.delay}`);
});

test('after two minutes every page slows down', async () => {
  const scene = await Scene.live({}, scene => (scene.random = 1));
  scene.http.answer = new Error('down');
  scene.socket.serverSends(stopping(SECOND, 2 * SECOND));
  scene.socket.serverCloses(1012);
  for (let i = 0; i < 70; i++) {
    await scene.clock.advance(scene.detail.delay);
    scene.socket.serverRefuses();
    await settle();
  }
  assert.ok(scene.detail.delay > 20 * SECOND, `${scene.detail.delay}`);
});

test('a server that tells no time, or none at all, is come back to no faster than once a second on average', async () => {
  const scene = await Scene.live({}, scene => (scene.random = 1));
  scene.http.answer = new Error('down');
  scene.socket.serverSends(stopping(0, 0));
  scene.socket.serverCloses(1012);
  assert.equal(scene.detail.delay, 1_250);
});
