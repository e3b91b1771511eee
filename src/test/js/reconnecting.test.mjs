import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BEAT, SECOND, Scene, WELCOME, push, settle } from './testing/fakes.mjs';

/** Delays of the next so many failures of a line that never opens. */
async function delaysOf(scene, count) {
  const delays = [];
  for (let i = 0; i < count; i++) {
    scene.socket.serverRefuses();
    await settle();
    delays.push(Math.round(scene.detail.delay));
    await scene.clock.advance(scene.detail.delay);
  }
  return delays;
}

test('the wait is 250 ms and a random part of up to one second, doubled each time, up to 30 s', async () => {
  const scene = await Scene.of({}, scene => (scene.random = 1));
  assert.deepEqual(await delaysOf(scene, 7), [1250, 2250, 4250, 8250, 16250, 30250, 30250]);
});

test('the random part may be nothing, the 250 ms are always there', async () => {
  const scene = await Scene.of();
  assert.deepEqual(await delaysOf(scene, 3), [250, 250, 250]);
});

test('a line that is accepted and dropped at once does not reset the backoff', async () => {
  const scene = await Scene.live({}, scene => (scene.random = 1));
  const delays = [];
  for (let i = 0; i < 4; i++) {
    scene.socket.serverCloses(1006);
    delays.push(scene.detail.delay);
    await scene.clock.advance(scene.detail.delay);
    await scene.goLive();
  }
  assert.deepEqual(delays, [1250, 2250, 4250, 8250]);
});

for (const [beat, life] of [
  [BEAT, BEAT],
  [60 * SECOND, 30 * SECOND],
]) {
  test(`with a beat of ${beat} ms a line that lived ${life} ms resets the backoff`, async () => {
    const scene = await Scene.of({}, scene => (scene.random = 1));
    const welcome = { welcome: { beat, grace: 10 * SECOND } };
    await delaysOf(scene, 3);
    await scene.goLive(welcome);
    await scene.clock.advance(life - 1);
    scene.socket.serverCloses(1006);
    assert.equal(scene.detail.delay, 8250);
    await scene.clock.advance(8250);
    await scene.goLive(welcome);
    await scene.clock.advance(life);
    scene.socket.serverCloses(1006);
    assert.equal(scene.detail.delay, 1250);
  });
}

test('an error and the close behind it are one failure', async () => {
  const scene = await Scene.of();
  scene.socket.serverRefuses();
  await scene.clock.advance(200);
  assert.equal(scene.states.filter(([state]) => state === 'waiting').length, 2, 'once for the close, once for whoami');
  assert.equal(scene.detail.delay <= 250, true);
  await scene.clock.advance(50);
  assert.equal(scene.sockets.length, 2);
});

test('an error that no close follows is a failure like a close, and a late close is not a second one', async () => {
  const scene = await Scene.of({}, scene => (scene.random = 1));
  scene.socket.errorsWithoutClose();
  await scene.clock.advance(100);
  assert.equal(scene.line.state, 'waiting');
  const { delay } = scene.detail;
  scene.sockets[0].serverCloses(1006);
  assert.equal(scene.detail.delay, delay);
  await scene.clock.advance(delay);
  assert.equal(scene.sockets.length, 2);
});

test('three errors in a row without a close are reported as blocked', async () => {
  const scene = await Scene.of({}, scene => (scene.http.answer = new Error('blocked, too')));
  for (let i = 1; i <= 3; i++) {
    assert.equal(scene.detail.blocked, undefined);
    scene.socket.errorsWithoutClose();
    await scene.clock.advance(100);
    if (i < 3) await scene.clock.advance(250);
  }
  assert.equal(scene.detail.blocked, true);
  assert.match(scene.detail.why, /blocks/);
});

test('a constructor that throws is a failure like a close, and blocked after three', async () => {
  const scene = await Scene.of({}, scene => (scene.blocks = true));
  assert.equal(scene.line.state, 'waiting');
  assert.equal(scene.detail.reason, 'NS_ERROR_CONTENT_BLOCKED');
  await scene.clock.advance(250);
  assert.equal(scene.detail.blocked, undefined);
  await scene.clock.advance(250);
  assert.equal(scene.detail.blocked, true);
  scene.blocks = false;
  await scene.clock.advance(250);
  await scene.goLive();
});

test('refusals by the server are never called blocked', async () => {
  const scene = await Scene.of();
  await delaysOf(scene, 5);
  assert.equal(scene.states.some(([, { blocked }]) => blocked), false);
});

test('whoami is asked why after the 1st, 3rd and every 5th attempt that never opened', async () => {
  const scene = await Scene.of();
  const asked = [];
  for (let failure = 1; failure <= 15; failure++) {
    const before = scene.http.asked.length;
    await delaysOf(scene, 1);
    if (scene.http.asked.length > before) asked.push(failure);
  }
  assert.deepEqual(asked, [1, 3, 5, 10, 15]);
});

test('a line that opened begins the count anew, and is not asked about', async () => {
  const scene = await Scene.of();
  await delaysOf(scene, 1);
  scene.socket.serverOpens();
  scene.socket.serverCloses(1006);
  await scene.clock.advance(scene.detail.delay);
  assert.equal(scene.http.asked.length, 1);
  await delaysOf(scene, 1);
  assert.equal(scene.http.asked.length, 2);
});

test('whoami is asked beside the door, past all caches, with the credentials of the page', async () => {
  const scene = await Scene.of({ url: 'wss://host/heartline/line?beat=5' });
  scene.socket.serverRefuses();
  const [{ url, cache, credentials }] = scene.http.asked;
  assert.deepEqual({ url, cache, credentials }, {
    url: 'https://host/heartline/api/whoami',
    cache: 'no-store',
    credentials: 'include',
  });
});

test('whoami may be elsewhere, and is shown the token', async () => {
  const scene = await Scene.of({ whoami: '/me', token: 'secret' });
  scene.socket.serverRefuses();
  assert.equal(scene.http.asked[0].url, 'http://host/me');
  assert.equal(scene.http.asked[0].headers.Authorization, 'Bearer secret');
});

for (const [status, why] of [
  [401, /not logged in/],
  [403, /not allowed/],
  [200, /proxy/],
  [502, /502/],
]) {
  test(`${status} from whoami is shown while waiting, and stops nothing`, async () => {
    const scene = await Scene.of({}, scene => (scene.http.answer = { status }));
    scene.socket.serverRefuses();
    await settle();
    assert.equal(scene.line.state, 'waiting');
    assert.equal(scene.detail.status, status);
    assert.match(scene.detail.why, why);
    await scene.clock.advance(250);
    await scene.goLive();
  });
}

for (const status of [429, 503]) {
  test(`Retry-After of a ${status} is respected, also by nudges`, async () => {
    const scene = await Scene.of({}, scene => (scene.http.answer = { status, retryAfter: '20' }));
    scene.socket.serverRefuses();
    await settle();
    assert.equal(scene.detail.delay, 20_000);
    scene.page.fire('online');
    await scene.clock.advance(20 * SECOND - 1);
    assert.equal(scene.sockets.length, 1);
    await scene.clock.advance(1);
    assert.equal(scene.sockets.length, 2);
  });
}

test('Retry-After may be a date', async () => {
  const scene = await Scene.of({}, scene => {
    scene.http.answer = { status: 503, retryAfter: new Date(scene.clock.time + 30 * SECOND).toUTCString() };
  });
  scene.socket.serverRefuses();
  await settle();
  assert.equal(scene.detail.delay, 30_000);
});

test('without fetch the page just comes back', async () => {
  const scene = await Scene.of({ fetch: undefined });
  scene.socket.serverRefuses();
  await scene.clock.advance(250);
  await scene.goLive();
});

test('a state listener that decides otherwise is obeyed', async () => {
  const scene = await Scene.live();
  scene.line.on('state', state => state === 'connecting' && scene.line.close());
  scene.socket.serverCloses(1006);
  await scene.clock.advance(60 * SECOND);
  assert.equal(scene.line.state, 'closed');
  assert.equal(scene.sockets.length, 1);
});

test('an answer of whoami that comes after the line opened is about nothing any more', async () => {
  let answer;
  const scene = await Scene.of({ fetch: () => new Promise(resolve => (answer = resolve)) });
  scene.socket.serverRefuses();
  await scene.clock.advance(250);
  await scene.goLive();
  answer({ status: 503, headers: { get: () => '60' } });
  await settle();
  scene.socket.serverCloses(1006);
  assert.deepEqual([scene.detail.delay, scene.detail.status], [250, undefined]);
});

const welcomeOf = user => ({ welcome: { ...WELCOME.welcome, user } });

for (const [user, code] of [
  [null, 4503],
  ['bob', 4504],
]) {
  test(`a page that was ann's is refused when its next line is ${user}'s, and hears nothing of it`, async () => {
    const scene = await Scene.live();
    const heard = [];
    scene.line.subscribe('user:ann', data => heard.push(data));
    scene.socket.serverCloses(1012);
    await scene.clock.advance(scene.detail.delay);
    scene.socket.serverOpens();
    scene.socket.serverSends(welcomeOf(user), { subscribed: 'user:ann', position: 'e:1:t', recovered: true }, push('user:ann', 2, 'x', 'e:2:t'));
    await settle();
    assert.equal(scene.line.state, 'refused');
    assert.equal(scene.detail.code, code);
    assert.equal(scene.socket.alive, false);
    assert.deepEqual(heard, []);
    await scene.clock.advance(3_600_000);
    assert.equal(scene.sockets.length, 2, 'it does not come back by itself');
    scene.line.connect();
    await scene.goLive(welcomeOf(user));
    assert.equal(scene.line.user, user);
  });
}

test('a page that was nobody may become somebody', async () => {
  const scene = await Scene.of();
  await scene.goLive(welcomeOf(null));
  await scene.reconnect(4000);
  assert.equal(scene.line.user, 'ann');
});
