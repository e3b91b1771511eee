import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heartCheck } from './testing/script.mjs';
import { BEAT, FakeClock, FakeSocket, GRACE, PROBE, SECOND, reported } from './testing/fakes.mjs';

const DEATH = BEAT + GRACE + PROBE;

function timers(clock) {
  return { setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout, now: clock.now, random: () => 0 };
}

/** The page of seeds/001, with its own heartCheck replaced by one line. */
function oldPage() {
  const page = { clock: new FakeClock(), sockets: [], closes: [] };
  page.connect = () => {
    const websocket = new FakeSocket('ws://host/ws/user-channel');
    page.sockets.push((page.websocket = websocket));
    websocket.onopen = () => page.heartCheck.start();
    websocket.onmessage = () => page.heartCheck.reset();
    websocket.onclose = event => {
      page.closes.push(event.code);
      if (event.code !== 4500) page.connect();
    };
    websocket.serverOpens();
  };
  page.heartCheck = heartCheck(() => page.websocket, timers(page.clock));
  page.connect();
  return page;
}

function watched(options = {}) {
  const clock = new FakeClock();
  const socket = new FakeSocket('ws://host/ws');
  const dead = [];
  const check = heartCheck(socket, { ...timers(clock), onDead: given => dead.push(given), ...options });
  return { clock, socket, dead, check };
}

test('an old page sends HeartBeat after each 25 s in which it received nothing', async () => {
  const page = oldPage();
  await page.clock.advance(BEAT - 1);
  assert.deepEqual(page.websocket.sent, []);
  await page.clock.advance(1);
  page.websocket.serverSends('HeartBeat');
  await page.clock.advance(BEAT);
  page.websocket.serverSends('HeartBeat');
  assert.deepEqual(page.websocket.sent, ['HeartBeat', 'HeartBeat']);
});

test('an old page that receives enough sends nothing', async () => {
  const page = oldPage();
  for (let i = 0; i < 10; i++) {
    await page.clock.advance(20 * SECOND);
    page.websocket.serverSends('news');
  }
  assert.deepEqual(page.websocket.sent, []);
});

test('an old page whose server fell silent reconnects by its own onclose, at once and once', async () => {
  const page = oldPage();
  await page.clock.advance(DEATH - 1);
  assert.equal(page.sockets.length, 1);
  assert.deepEqual(page.websocket.sent, ['HeartBeat', 'HeartBeat'], 'the beat, then the probe');
  await page.clock.advance(1);
  assert.equal(page.sockets.length, 2);
  assert.equal(page.sockets[0].closedWith.code, 4003);
  page.sockets[0].serverCloses(1006); // what Chromium tells a minute later
  assert.deepEqual(page.closes, [4003]);
  assert.equal(page.sockets.length, 2);
});

test('the check follows an old page to its next WebSocket', async () => {
  const page = oldPage();
  page.websocket.serverCloses(1006);
  assert.equal(page.sockets.length, 2);
  await page.clock.advance(DEATH);
  assert.equal(page.sockets.length, 3);
});

test('after 4500 an old page is left alone', async () => {
  const page = oldPage();
  page.websocket.serverCloses(4500);
  await page.clock.advance(3600 * SECOND);
  assert.equal(page.sockets.length, 1);
  assert.equal(page.clock.armed, 0);
});

test('reset().start() works as in the older of the seeds', async () => {
  const { check } = watched();
  assert.equal(check.reset().start(), check);
  assert.equal(check.stop(), check);
});

test('a WebSocket is watched from its open on, without a word in the page', async () => {
  const { clock, socket, dead } = watched();
  await clock.advance(3600 * SECOND);
  assert.deepEqual(dead, []);
  socket.serverOpens();
  await clock.advance(DEATH);
  assert.deepEqual(dead, [socket]);
});

test('any message counts, also where the page never calls reset()', async () => {
  const { clock, socket, dead } = watched();
  socket.serverOpens();
  await clock.advance(DEATH - 1);
  socket.serverSends('late');
  await clock.advance(BEAT + GRACE);
  assert.deepEqual(dead, []);
});

test('beat, grace and message are the page\'s', async () => {
  const { clock, socket, dead } = watched({ beat: 4 * SECOND, grace: 1 * SECOND, message: 'ping' });
  socket.serverOpens();
  await clock.advance(4 * SECOND);
  assert.deepEqual(socket.sent, ['ping']);
  await clock.advance(1 * SECOND + PROBE);
  assert.deepEqual(dead, [socket]);
});

test('with onDead the page decides: its onclose is not called', async () => {
  const { clock, socket, dead } = watched();
  let closes = 0;
  socket.onclose = () => closes++;
  socket.serverOpens();
  await clock.advance(DEATH);
  socket.serverCloses(1006);
  assert.deepEqual([dead.length, closes], [1, 0]);
});

test('a sleep never kills a healthy WebSocket', async () => {
  const { clock, socket, dead } = watched();
  socket.serverOpens();
  clock.sleep(3600 * SECOND);
  await clock.advance(0);
  socket.serverSends('HeartBeat');
  await clock.advance(10 * SECOND);
  assert.deepEqual(dead, []);
});

test('stop() watches no longer', async () => {
  const { clock, socket, check, dead } = watched();
  socket.serverOpens();
  check.stop();
  socket.serverSends('x');
  await clock.advance(3600 * SECOND);
  assert.equal(clock.armed, 0);
  assert.deepEqual([dead, socket.sent], [[], []]);
});

test('start() after stop() watches again', async () => {
  const { clock, socket, check, dead } = watched();
  socket.serverOpens();
  check.stop().start();
  await clock.advance(DEATH);
  assert.deepEqual(dead, [socket]);
});

test('a WebSocket the page is closing itself is not taken for dead', async () => {
  const { clock, socket, dead } = watched();
  socket.serverOpens();
  socket.close(1000);
  await clock.advance(DEATH);
  assert.deepEqual(dead, []);
});

/** A page that leaves reconnecting to the check. */
function reconnecting(options = {}) {
  const clock = new FakeClock();
  const sockets = [];
  const reconnect = () => {
    sockets.push(new FakeSocket('ws://host/ws'));
    return sockets.at(-1);
  };
  heartCheck(reconnect(), { ...timers(clock), random: () => 1, reconnect, ...options });
  return { clock, sockets };
}

test('with reconnect a dead WebSocket has a successor at once, which is watched too', async () => {
  const { clock, sockets } = reconnecting();
  sockets[0].serverOpens();
  await clock.advance(DEATH);
  assert.equal(sockets.length, 2);
  sockets[1].serverOpens();
  await clock.advance(DEATH);
  assert.equal(sockets.length, 3);
});

test('with reconnect a close is followed by a successor, with backoff', async () => {
  const { clock, sockets } = reconnecting();
  for (const delay of [1250, 2250, 4250]) {
    const count = sockets.length;
    sockets.at(-1).serverRefuses();
    await clock.advance(delay - 1);
    assert.equal(sockets.length, count);
    await clock.advance(1);
    assert.equal(sockets.length, count + 1);
  }
});

for (const code of [4500, 4999]) {
  test(`with reconnect ${code} has no successor`, async () => {
    const { clock, sockets } = reconnecting();
    sockets[0].serverOpens();
    sockets[0].serverCloses(code);
    await clock.advance(3600 * SECOND);
    assert.equal(sockets.length, 1);
  });
}

test('a reconnect that throws is reported and tried again', async () => {
  let fails = true;
  const clock = new FakeClock();
  const socket = new FakeSocket('ws://host/ws');
  const made = [];
  const reconnect = () => {
    if (fails) throw new Error('page bug');
    made.push(new FakeSocket('ws://host/ws'));
    return made.at(-1);
  };
  heartCheck(socket, { ...timers(clock), reconnect });
  socket.serverOpens();
  const caught = await reported(() => clock.advance(DEATH));
  assert.deepEqual(caught, ['page bug']);
  fails = false;
  await clock.advance(250);
  assert.equal(made.length, 1);
});

test('a WebSocket without addEventListener is watched by reset() alone', async () => {
  const clock = new FakeClock();
  const sent = [];
  const socket = { readyState: 1, send: text => sent.push(text), close() {} };
  const check = heartCheck(socket, timers(clock));
  await clock.advance(20 * SECOND);
  check.reset();
  await clock.advance(20 * SECOND);
  assert.deepEqual(sent, []);
  await clock.advance(5 * SECOND);
  assert.deepEqual(sent, ['HeartBeat']);
});

test('with reconnect a WebSocket that lived resets the backoff', async () => {
  const { clock, sockets } = reconnecting();
  for (let i = 0; i < 2; i++) {
    sockets.at(-1).serverOpens();
    await clock.advance(20 * SECOND);
    sockets.at(-1).serverSends('x');
    await clock.advance(5 * SECOND);
    sockets.at(-1).serverCloses(1006);
    await clock.advance(1250);
    assert.equal(sockets.length, i + 2);
  }
});

test('a successor that comes later is watched from its start() on, and the dead one never again', async () => {
  const clock = new FakeClock();
  const first = new FakeSocket('ws://host/ws');
  let present = first;
  let asked = 0;
  const check = heartCheck(() => present, { ...timers(clock), reconnect: () => void asked++ });
  first.serverOpens();
  await clock.advance(DEATH);
  first.serverCloses(1006);
  await clock.advance(60 * SECOND);
  assert.equal(asked, 1);
  present = new FakeSocket('ws://host/ws');
  present.serverOpens();
  check.start();
  await clock.advance(DEATH);
  assert.equal(asked, 2);
});
