import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BEAT, GRACE, PROBE, SECOND, Scene, push } from './testing/fakes.mjs';

const SILENCE = BEAT + GRACE;

test('a beat of the server is answered inside onmessage, before the callbacks run', async () => {
  const scene = await Scene.live();
  let answeredBefore;
  scene.line.on('beat', () => (answeredBefore = scene.socket.commandsOf('beat').length));
  scene.socket.serverSends({ beat: 123 });
  assert.equal(answeredBefore, 1);
  assert.deepEqual(scene.socket.commandsOf('beat'), [{ beat: scene.clock.time }]);
  assert.deepEqual(scene.beats, [{ serverTime: 123, rtt: undefined }]);
});

test('each beat is answered, however close they come', async () => {
  const scene = await Scene.live();
  scene.socket.serverSends({ beat: 1 });
  scene.socket.serverSends({ beat: 2 });
  assert.equal(scene.socket.commandsOf('beat').length, 2);
});

test('a page that only listens speaks unasked once a beat, inside onmessage', async () => {
  const scene = await Scene.live();
  for (let second = 1; second <= 60; second++) {
    await scene.clock.advance(SECOND);
    scene.socket.serverSends({ new: 'kind' });
  }
  assert.equal(scene.socket.commandsOf('beat').length, 2);
});

test('no beat is sent from a timer', async () => {
  const scene = await Scene.live();
  await scene.clock.advance(SILENCE - 1);
  assert.equal(scene.socket.commandsOf('beat').length, 0);
});

test('the last measured round trip comes with the beat', async () => {
  const scene = await Scene.live();
  scene.line.probe();
  await scene.clock.advance(30);
  scene.socket.serverSends({ probed: 1 });
  scene.socket.serverSends({ beat: 5 });
  assert.deepEqual(scene.beats, [{ serverTime: 5, rtt: 30 }]);
});

test('silence of a beat and a grace is a suspicion: the line is probed, not dropped', async () => {
  const scene = await Scene.live();
  await scene.clock.advance(SILENCE - 1);
  assert.equal(scene.socket.commandsOf('probe').length, 0);
  await scene.clock.advance(1);
  assert.deepEqual(scene.socket.commandsOf('probe'), [{ probe: 1 }]);
  assert.equal(scene.line.state, 'live');
});

test('any frame clears the suspicion', async () => {
  const scene = await Scene.live();
  await scene.clock.advance(SILENCE + PROBE - 1);
  scene.socket.serverSends({ new: 'kind' });
  await scene.clock.advance(SILENCE - 1);
  assert.equal(scene.line.state, 'live');
  assert.equal(scene.sockets.length, 1);
});

test('an unanswered probe is death: closed with 4003 and dialled anew at once, without onclose', async () => {
  const scene = await Scene.live();
  await scene.clock.advance(SILENCE + PROBE);
  assert.equal(scene.sockets.length, 2);
  assert.deepEqual(scene.sockets[0].closedWith, { code: 4003, reason: 'no answer to beats' });
  assert.deepEqual(scene.states.map(([state]) => state), ['connecting', 'live', 'connecting']);
  assert.equal(scene.detail.code, 4003);
});

test('what a dead line still does is not heard', async () => {
  const scene = await Scene.live();
  const seen = [];
  scene.line.subscribe('orders', data => seen.push(data));
  const [dead] = scene.sockets;
  dead.serverSends({ subscribed: 'orders', position: 'e:1:t', recovered: true });
  await scene.clock.advance(SILENCE + PROBE);
  await scene.goLive();
  dead.serverSends(push('orders', 2, 'late'));
  dead.serverCloses(4500);
  assert.deepEqual(seen, []);
  assert.equal(scene.line.state, 'live');
  assert.equal(scene.sockets.length, 2);
});

test('beat and grace are those of the welcome', async () => {
  const scene = await Scene.of();
  await scene.goLive({ welcome: { beat: 4 * SECOND, grace: 1 * SECOND } });
  await scene.clock.advance(5 * SECOND);
  assert.equal(scene.socket.commandsOf('probe').length, 1);
});

test('a sleep never kills a healthy line: the late timers ask, the waiting messages answer', async () => {
  const scene = await Scene.live();
  await scene.clock.advance(10 * SECOND);
  scene.clock.sleep(3600 * SECOND);
  await scene.clock.advance(0); // timers ring before the messages that waited
  assert.equal(scene.socket.commandsOf('probe').length, 1);
  scene.socket.serverSends({ beat: 1 });
  await scene.clock.advance(10 * SECOND);
  assert.equal(scene.sockets.length, 1);
});

test('a sleep during the probe asks again', async () => {
  const scene = await Scene.live();
  await scene.clock.advance(SILENCE);
  scene.clock.sleep(3600 * SECOND);
  await scene.clock.advance(0);
  assert.equal(scene.sockets.length, 1);
  assert.equal(scene.socket.commandsOf('probe').length, 2);
  scene.socket.serverSends({ probed: 2 });
  await scene.clock.advance(10 * SECOND);
  assert.equal(scene.sockets.length, 1);
});

test('a line that died in a sleep is given up within three seconds of the late timer', async () => {
  const scene = await Scene.live();
  scene.clock.sleep(3600 * SECOND);
  await scene.clock.advance(0);
  await scene.clock.advance(3 * SECOND - 1);
  assert.equal(scene.sockets.length, 1);
  await scene.clock.advance(1);
  assert.equal(scene.sockets.length, 2);
});

test('a tab whose timers are always late still notices a dead line', async () => {
  const scene = await Scene.live();
  for (let minute = 0; minute < 10 && scene.sockets.length === 1; minute++) {
    scene.clock.sleep(60 * SECOND);
    await scene.clock.advance(0);
  }
  assert.equal(scene.sockets.length, 2);
});

test('one timer at a time watches, and none is left when the line ends', async () => {
  const scene = await Scene.live();
  for (let i = 0; i < 100; i++) scene.socket.serverSends({ beat: i });
  assert.equal(scene.clock.armed, 1);
  scene.socket.serverCloses(4500);
  assert.equal(scene.clock.armed, 0);
});

test('a nudge does not put off the end of a probe under way', async () => {
  const scene = await Scene.live();
  await scene.clock.advance(SILENCE + PROBE - SECOND);
  scene.page.fire('online');
  assert.equal(scene.socket.commandsOf('probe').length, 1);
  await scene.clock.advance(1 * SECOND);
  assert.equal(scene.sockets.length, 2);
});
