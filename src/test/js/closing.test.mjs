import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BEAT, SECOND, Scene, settle } from './testing/fakes.mjs';

for (const [code, state] of [
  [4500, 'replaced'],
  [4501, 'refused'],
  [4503, 'refused'],
  [4505, 'refused'],
  [4508, 'refused'],
  [4777, 'refused'],
  [4999, 'refused'],
]) {
  test(`${code} means stay away: ${state}`, async () => {
    const scene = await Scene.live();
    scene.socket.serverCloses(code, 'because');
    assert.equal(scene.line.state, state);
    assert.equal(scene.detail.code, code);
    assert.equal(scene.detail.reason, 'because');
    assert.ok(scene.detail.why);
    scene.page.fire('online');
    scene.page.show();
    await scene.clock.advance(3600 * SECOND);
    assert.equal(scene.sockets.length, 1);
  });
}

for (const code of [1000, 1001, 1005, 1006, 1009, 1011, 1012, 1013, 3500, 4000, 4002, 4003, 4008, 4499]) {
  test(`${code} means come back`, async () => {
    const scene = await Scene.live();
    scene.socket.serverCloses(code);
    assert.equal(scene.line.state, 'waiting');
    assert.equal(scene.detail.delay, 250);
    await scene.clock.advance(250);
    await scene.goLive();
  });
}

test('1000 stops the page only after a bye that said so', async () => {
  const scene = await Scene.live();
  scene.socket.serverSends({ bye: { code: 1000, reason: 'done', reconnect: false, delay: 0 } });
  scene.socket.serverCloses(1000);
  assert.equal(scene.line.state, 'closed');
  const other = await Scene.live();
  other.socket.serverSends({ bye: { code: 1000, reason: 'done', reconnect: true, delay: 0 } });
  other.socket.serverCloses(1000);
  assert.equal(other.line.state, 'waiting');
});

for (const lost of [1000, 1005, 1006]) {
  test(`the code of a bye stands where the close lost it (${lost})`, async () => {
    const scene = await Scene.live();
    scene.socket.serverSends({ bye: { code: 4500, reason: 'elsewhere', reconnect: false, delay: 0 } });
    scene.socket.serverCloses(lost);
    assert.equal(scene.line.state, 'replaced');
    assert.equal(scene.detail.reason, 'elsewhere');
  });
}

test('a bye that no close follows ends the line two seconds later', async () => {
  const scene = await Scene.live();
  scene.socket.serverSends({ bye: { code: 4501, reason: 'kicked', reconnect: false, delay: 60 * SECOND } });
  await scene.clock.advance(2 * SECOND - 1);
  assert.equal(scene.line.state, 'live');
  await scene.clock.advance(1);
  assert.equal(scene.line.state, 'refused');
  assert.equal(scene.socket.readyState, 2);
});

test('the band of the code decides, whatever else a bye says', async () => {
  const scene = await Scene.live();
  scene.socket.serverSends({ bye: { code: 4000, reconnect: false, delay: 0 } });
  scene.socket.serverCloses(4000);
  assert.equal(scene.line.state, 'waiting');
  scene.line.connect();
  await scene.goLive();
  scene.socket.serverSends({ bye: { code: 4502, reconnect: true, delay: 5 } });
  scene.socket.serverCloses(4502);
  assert.equal(scene.line.state, 'refused');
});

test('pushes go on during a drain, and the page comes back soon after the server closed', async () => {
  const scene = await Scene.live();
  const seen = [];
  scene.line.subscribe('orders', data => seen.push(data));
  scene.socket.serverSends({ subscribed: 'orders', position: 'e:1:t', recovered: true });
  scene.socket.serverSends({ bye: { code: 4000, reason: 'drain', reconnect: true, delay: 20 * SECOND } });
  await scene.clock.advance(15 * SECOND);
  scene.socket.serverSends({ channel: 'orders', offset: 2, position: 'e:2:t', data: 'still' });
  await scene.clock.advance(5 * SECOND);
  assert.deepEqual(seen, ['still']);
  assert.equal(scene.line.state, 'live');
  scene.socket.serverCloses(4000);
  assert.equal(scene.detail.delay, 250);
});

test('a drain that the server forgets ends two seconds after its moment', async () => {
  const scene = await Scene.live();
  scene.socket.serverSends({ bye: { code: 4000, reconnect: true, delay: 20 * SECOND } });
  await scene.clock.advance(22 * SECOND - 1);
  assert.equal(scene.line.state, 'live');
  await scene.clock.advance(1);
  assert.equal(scene.line.state, 'waiting');
  assert.equal(scene.sockets[0].alive, false);
});

test('a server that dies while it drains keeps nobody waiting', async () => {
  const scene = await Scene.live();
  scene.socket.serverSends({ bye: { code: 4000, reconnect: true, delay: 20 * SECOND } });
  scene.socket.serverCloses(1006);
  assert.equal(scene.detail.delay, 250);
});

for (const code of [4000, 4008]) {
  test(`the delay told with ${code} replaces the draw, with a little spread`, async () => {
    const scene = await Scene.live({}, scene => (scene.random = 0.5));
    scene.socket.serverSends({ bye: { code, reconnect: true, delay: 7 * SECOND } });
    scene.socket.serverCloses(code);
    assert.equal(scene.detail.delay, 7_000 + 0.5 * 950);
    scene.page.fire('online');
    scene.page.fire('resume');
    await scene.clock.advance(7 * SECOND);
    assert.equal(scene.sockets.length, 1, 'nudges do not bring a told moment forward');
    await scene.clock.advance(475);
    assert.equal(scene.sockets.length, 2);
  });
}

test('the told delay counts after a lost close code, too', async () => {
  const scene = await Scene.live();
  scene.socket.serverSends({ bye: { code: 4008, reconnect: true, delay: 7 * SECOND } });
  scene.socket.serverCloses(1006);
  assert.equal(scene.detail.delay, 7_000);
});

test('pages of a server that stops spread over the window it told', async () => {
  const scene = await Scene.live({}, scene => (scene.random = 0.5));
  scene.socket.serverSends({ bye: { code: 1012, reconnect: true, delay: 20 * SECOND } });
  scene.socket.serverCloses(1012);
  assert.equal(scene.detail.delay, 250 + 10_000);
});

test('a delay beyond any sense cannot overflow the timer', async () => {
  const scene = await Scene.live();
  scene.socket.serverSends({ bye: { code: 4008, reconnect: true, delay: 1e15 } });
  scene.socket.serverCloses(4008);
  assert.equal(scene.detail.delay, 3_600_000);
});

test('4001 fetches a new token and comes back at once, once', async () => {
  let tokens = 0;
  const scene = await Scene.live({ token: () => `t${++tokens}` });
  assert.equal(scene.hello.token, 't1');
  scene.socket.serverCloses(4001);
  await scene.goLive();
  assert.equal(scene.hello.token, 't2');
  scene.socket.serverCloses(4001);
  assert.equal(scene.line.state, 'waiting');
  await scene.clock.advance(250);
  await scene.goLive();
  assert.equal(scene.hello.token, 't3');
  await scene.clock.advance(BEAT);
  scene.socket.serverCloses(4001);
  assert.equal(scene.line.state, 'connecting', 'a line that lived has earned it again');
});

test('4504 is asked once more with a fresh token, then it is refused', async () => {
  let tokens = 0;
  const scene = await Scene.of({ token: async () => `t${++tokens}` });
  scene.socket.serverOpens();
  scene.socket.serverCloses(4504);
  await settle();
  scene.socket.serverOpens();
  assert.equal(scene.hello.token, 't2');
  scene.socket.serverCloses(4504);
  assert.equal(scene.line.state, 'refused');
  scene.line.connect();
  await settle();
  scene.socket.serverOpens();
  assert.equal(scene.hello.token, 't3', 'a refused token is not used again');
});

test('4504 after a welcome is not asked for ever', async () => {
  const scene = await Scene.live({ token: () => 't' });
  scene.socket.serverCloses(4504);
  await scene.goLive();
  scene.socket.serverCloses(4504);
  assert.equal(scene.line.state, 'refused');
});

test('4504 with a token that cannot be fetched anew is refused at once', async () => {
  const scene = await Scene.live({ token: 'fixed' });
  assert.equal(scene.hello.token, 'fixed');
  scene.socket.serverCloses(4504);
  assert.equal(scene.line.state, 'refused');
});

test('the token provider is asked for each attempt', async () => {
  let tokens = 0;
  const scene = await Scene.live({ token: () => `t${++tokens}` });
  await scene.reconnect();
  assert.equal(scene.hello.token, 't2');
});

test('a token that cannot be fetched is an error, and tried again with backoff', async () => {
  let fails = true;
  const scene = await Scene.of({ token: () => (fails ? Promise.reject(new Error('503')) : 't') });
  assert.equal(scene.line.state, 'waiting');
  assert.equal(scene.errors[0].code, 'token');
  assert.equal(scene.sockets.length, 0);
  fails = false;
  await scene.clock.advance(250);
  await scene.goLive();
});

test('a token that never comes does not hold the line for ever', async () => {
  const scene = await Scene.of({ token: () => new Promise(() => {}) });
  await scene.clock.advance(10 * SECOND);
  assert.equal(scene.line.state, 'waiting');
});

test('a token that comes after close() opens nothing', async () => {
  let give;
  const scene = await Scene.of({ token: () => new Promise(resolve => (give = resolve)) });
  scene.line.close();
  give('late');
  await settle();
  assert.equal(scene.sockets.length, 0);
});

test('1008 asks whoami: 401 is the end', async () => {
  const scene = await Scene.live();
  scene.http.answer = { status: 401 };
  scene.socket.serverCloses(1008);
  await settle();
  assert.equal(scene.line.state, 'refused');
  assert.equal(scene.detail.status, 401);
});

test('1008 asks whoami: a page whose user is known no longer stops', async () => {
  const scene = await Scene.live();
  scene.http.answer = { status: 200, user: null };
  scene.socket.serverCloses(1008);
  await settle();
  assert.equal(scene.line.state, 'refused');
});

test('1008 asks whoami: a page whose user is still known comes back', async () => {
  const scene = await Scene.live();
  scene.http.answer = { status: 200, user: 'ann' };
  scene.socket.serverCloses(1008);
  await settle();
  assert.equal(scene.line.state, 'waiting');
});

for (const answer of [{ status: 200 }, { status: 500 }, new Error('no network')]) {
  test(`1008 asks whoami: ${answer.status ?? 'no answer'} comes back`, async () => {
    const scene = await Scene.live();
    scene.http.answer = answer;
    scene.socket.serverCloses(1008);
    await settle();
    assert.equal(scene.line.state, 'waiting');
    await scene.clock.advance(250);
    await scene.goLive();
  });
}

test('1008 waits five seconds for whoami, no longer', async () => {
  const scene = await Scene.live();
  scene.http.answer = 'silence';
  scene.socket.serverCloses(1008);
  await scene.clock.advance(5 * SECOND);
  assert.equal(scene.http.asked[0].signal.aborted, true);
  await scene.clock.advance(250);
  await scene.goLive();
});

test('an answer of whoami that comes after close() changes nothing', async () => {
  const scene = await Scene.live();
  scene.socket.serverCloses(1008);
  scene.line.close();
  await scene.clock.advance(60 * SECOND);
  assert.equal(scene.line.state, 'closed');
  assert.equal(scene.sockets.length, 1);
});

test('1009 is told to the page, and the frame that was too big is not sent again', async () => {
  const scene = await Scene.live();
  scene.line.subscribe('a', () => {});
  scene.line.subscribe('b', () => {});
  await scene.reconnect();
  const [together] = scene.socket.sent;
  assert.equal(together.split('\n').length, 3);
  await scene.reconnect(1009);
  assert.deepEqual(scene.errors.map(({ code }) => code), [1009]);
  assert.equal(scene.socket.sent.length, 3);
  assert.ok(!scene.socket.sent.includes(together));
});

test('after 4500 nothing but takeBack(), connect() or a new object comes back', async () => {
  const scene = await Scene.live();
  scene.socket.serverCloses(4500);
  scene.page.fire('pagehide');
  scene.page.fire('pageshow', { persisted: true });
  scene.page.fire('resume');
  await scene.clock.advance(3600 * SECOND);
  assert.equal(scene.sockets.length, 1);
  assert.equal(scene.line.state, 'replaced');
  scene.line.connect();
  await scene.goLive();
  assert.equal(scene.hello.take, undefined);
});

for (const code of [4500, 4505]) {
  test(`takeBack() after ${code} says take:true on that attempt only`, async () => {
    const scene = await Scene.live();
    scene.socket.serverCloses(code);
    assert.equal(scene.line.takeBack(), true);
    await scene.goLive();
    assert.equal(scene.hello.take, true);
    await scene.reconnect();
    assert.equal(scene.hello.take, undefined);
  });
}

test('takeBack() whose attempt fails is not taken further', async () => {
  const scene = await Scene.live();
  scene.socket.serverCloses(4500);
  scene.line.takeBack();
  await settle();
  scene.socket.serverRefuses();
  await scene.clock.advance(250);
  await scene.goLive();
  assert.equal(scene.hello.take, undefined);
});

test('takeBack() takes a seat that is held, and does nothing where nobody else holds it', async () => {
  const scene = await Scene.live();
  assert.equal(scene.line.takeBack(), false);
  scene.socket.serverCloses(4503);
  assert.equal(scene.line.takeBack(), false);
  scene.line.connect();
  await scene.goLive();
  scene.socket.serverSends({ bye: { code: 4008, delay: 60 * SECOND } });
  scene.socket.serverCloses(4008);
  assert.equal(scene.line.takeBack(), true);
  await scene.goLive();
  assert.equal(scene.hello.take, true);
});

test('a line found dead during a drain is dialled anew at once', async () => {
  const scene = await Scene.live();
  scene.socket.serverSends({ bye: { code: 4000, reconnect: true, delay: 30 * SECOND } });
  await scene.clock.advance(2 * SECOND);
  scene.page.fire('online');
  await scene.clock.advance(3 * SECOND);
  assert.equal(scene.sockets.length, 2);
});

test('an error listener that closes the line is obeyed, whatever the error', async () => {
  for (const [options, fail] of [
    [{}, scene => scene.socket.serverCloses(1009)],
    [{ token: () => Promise.reject(new Error('503')) }, () => {}],
  ]) {
    const scene = new Scene();
    scene.line = scene.open(options);
    scene.line.on('error', () => scene.line.close());
    await settle();
    fail(scene);
    await scene.clock.advance(60 * SECOND);
    assert.equal(scene.line.state, 'closed');
    assert.equal(scene.clock.armed, 0);
  }
});
