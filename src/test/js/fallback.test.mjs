import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diverted, reading, refuse, subscribed, welcome, withEvents } from './testing/diverted.mjs';
import { BEAT, GRACE, PROBE, SECOND, Scene, WELCOME, push, settle } from './testing/fakes.mjs';

const MINUTE = 60 * SECOND;

test('a page whose WebSockets fail twice while HTTP works is live by events', async () => {
  const scene = await diverted();
  assert.equal(scene.stream.url, 'http://host/heartline/events?channels=');
  assert.deepEqual(scene.stream.options, { withCredentials: true });
  await welcome(scene);
  assert.equal(scene.line.transport, 'sse');
  assert.equal(scene.line.user, 'ann');
  assert.match(scene.detail.why, /server-sent events/);
});

test('a page whose server does not answer HTTP either never takes the detour', async () => {
  const scene = await Scene.of({}, scene => {
    scene.hasEvents = true;
    scene.http.answer = new Error('down');
  });
  for (let i = 0; i < 12; i++) await refuse(scene);
  assert.deepEqual(scene.streams, []);
});

for (const status of [401, 403, 503]) {
  test(`nor does one whose server answers ${status}`, async () => {
    const scene = await Scene.of({}, scene => {
      scene.hasEvents = true;
      scene.http.answer = { status };
    });
    for (let i = 0; i < 6; i++) await refuse(scene);
    assert.deepEqual(scene.streams, []);
  });
}

test('nor one that says it wants none, or whose browser has none', async () => {
  for (const [options, hasEvents] of [[{ events: null }, true], [{}, false]]) {
    const scene = await Scene.of(options, scene => (scene.hasEvents = hasEvents));
    for (let i = 0; i < 6; i++) await refuse(scene);
    assert.deepEqual(scene.streams, []);
  }
});

test('lines that opened and broke are no reason for a detour', async () => {
  const scene = await Scene.live({}, withEvents);
  for (let i = 0; i < 6; i++) await scene.reconnect(1006);
  assert.deepEqual(scene.streams, []);
});

test('WebSockets that open and let nothing through are blocked too', async () => {
  const scene = await Scene.of({}, withEvents);
  for (let i = 0; i < 2; i++) {
    scene.socket.serverOpens();
    await scene.clock.advance(10 * SECOND);
    await scene.clock.advance(scene.detail.delay);
  }
  assert.equal(scene.streams.length, 1);
  await welcome(scene);
});

test('an attempt by events that does not open leads back to the WebSocket, and HTTP is asked again', async () => {
  const scene = await diverted();
  scene.http.answer = new Error('down');
  scene.stream.serverRefuses();
  await settle();
  await scene.clock.advance(scene.detail.delay);
  assert.equal(scene.sockets.length, 3);
  for (let i = 0; i < 6; i++) await refuse(scene);
  assert.equal(scene.streams.length, 1);
});

test('by events too a publication is told with the time and the id that the server tells', async () => {
  const heard = [];
  const scene = await diverted({}, scene => scene.line.subscribe('orders', (data, about) => heard.push(about)));
  await welcome(scene, subscribed('orders', 'e:10:t'));
  scene.stream.serverSends({ channel: 'orders', offset: 11, time: 1_700, position: 'e:11:t', id: 'mine', data: 1 });
  await settle();
  assert.deepEqual(heard, [{ channel: 'orders', offset: 11, position: 'e:11:t', time: 1_700, id: 'mine' }]);
});

test('what is read stands in the URL: positions, so many back, or nothing', async () => {
  const scene = await diverted({ url: 'wss://host/heartline/line?x=1' }, scene => {
    scene.line.subscribe('orders', () => {}, { after: 'e.0:7:9' });
    scene.line.subscribe('public:a', () => {}, { last: 3 });
    scene.line.subscribe('user:ann#40x', () => {});
    scene.line.subscribe('b', () => {}, { last: 0 });
    scene.line.subscribe('odd', () => {}, { after: 'x=1,y' });
  });
  assert.equal(
    scene.stream.url,
    'https://host/heartline/events?channels=user:ann%2340x,b&since=orders=e.0:7:9,public:a=-3,odd=x%3F1%3Fy',
  );
});

test('events may come from elsewhere', async () => {
  const scene = await diverted({ events: '/sse?x=1', location: { href: 'https://shop/app' } });
  assert.equal(scene.stream.url, 'https://shop/sse?x=1&channels=');
});

test('publications, gaps and beats come as on a WebSocket', async () => {
  const scene = await reading();
  assert.deepEqual(scene.stream.query, { channels: '', since: 'orders=e:10:t' });
  scene.stream.serverSends(push('orders', 11, 'a'), push('orders', 12, 'b', 'e:12:t'), { beat: 5 });
  scene.stream.serverSends({ gap: 'orders', position: 'e:20:t', reason: 'trimmed' }, push('orders', 21, 'c', 'e:21:t'));
  assert.deepEqual([scene.seen, scene.gaps], [['11a', '12b', '21c'], ['trimmed']]);
  assert.equal(scene.beats[0].serverTime, 5);
  assert.equal(scene.orders.position, 'e:21:t');
});

test('a stream that breaks is closed, comes back by our rules and goes on where it stood', async () => {
  const scene = await reading();
  scene.stream.serverSends(push('orders', 11, 'a', 'e:11:t'));
  const [broken] = scene.streams;
  scene.random = 1;
  broken.serverEnds();
  assert.equal(broken.readyState, 2, 'its own reconnect is stopped');
  assert.equal(scene.line.state, 'waiting');
  await scene.clock.advance(scene.detail.delay - 1);
  assert.equal(scene.streams.length, 1);
  await scene.clock.advance(1);
  assert.equal(scene.stream.query.since, 'orders=e:11:t');
  await welcome(scene, subscribed('orders', 'e:11:t'));
});

test('one that dies in the middle of a batch repeats nothing and leaves nothing out', async () => {
  const scene = await reading();
  scene.stream.serverSends(push('orders', 11, 'a', 'e:11:t'), push('orders', 12, 'b'), push('orders', 13, 'c'));
  scene.stream.serverEnds();
  await scene.clock.advance(scene.detail.delay);
  assert.equal(scene.stream.query.since, 'orders=e:11:t');
  await welcome(scene, subscribed('orders', 'e:11:t'));
  for (const offset of [12, 13, 14]) scene.stream.serverSends(push('orders', offset, 'bcd'[offset - 12]));
  scene.stream.serverSends(push('orders', 15, 'e', 'e:15:t'));
  assert.deepEqual(scene.seen, ['11a', '12b', '13c', '14d', '15e']);
});

test('one that dies in the middle of a batch of a server that lost its log is told as a gap, and begins anew', async () => {
  const scene = await reading();
  scene.stream.serverSends(push('orders', 11, 'a'), push('orders', 12, 'b'));
  scene.stream.serverEnds();
  await scene.clock.advance(scene.detail.delay);
  await welcome(scene, subscribed('orders', 'f:0:0', { recovered: false, reason: 'epoch' }), push('orders', 1, 'x', 'f:1:t'));
  assert.deepEqual([scene.seen, scene.gaps], [['11a', '12b', '1x'], ['epoch']]);
});

test('a hole is never handed on: the stream is opened anew from the last good position', async () => {
  const scene = await reading();
  scene.stream.serverSends(push('orders', 11, 'a', 'e:11:t'), push('orders', 13, 'c', 'e:13:t'));
  assert.deepEqual(scene.seen, ['11a']);
  await scene.clock.advance(scene.detail.delay);
  assert.equal(scene.stream.query.since, 'orders=e:11:t');
});

test('a subscribe while live opens the stream anew with all positions, once for all of a moment, and stays live', async () => {
  const scene = await reading();
  scene.stream.serverSends(push('orders', 11, 'a', 'e:11:t'));
  const states = scene.states.length;
  const [first] = scene.streams;
  const more = [];
  scene.line.subscribe('prices', data => more.push(data), { last: 2 });
  scene.line.subscribe('news', data => more.push(data));
  scene.stream.serverSends(push('orders', 12, 'b', 'e:12:t'));
  await scene.clock.advance(50);
  assert.equal(scene.streams.length, 2);
  assert.equal(first.readyState, 1, 'the old one goes on until the new one is welcomed');
  assert.deepEqual(scene.stream.query, { channels: 'news', since: 'orders=e:12:t,prices=-2', as: 'ann' });
  await welcome(scene, subscribed('orders', 'e:12:t'), subscribed('prices', 'p:3:t'), subscribed('news', 'n:0:0'));
  assert.equal(first.readyState, 2);
  scene.stream.serverSends(push('prices', 4, 'p', 'p:4:t'), push('orders', 13, 'c', 'e:13:t'));
  assert.deepEqual([scene.seen, more], [['11a', '12b', '13c'], ['p']]);
  assert.equal(scene.states.length, states);
});

test('a subscribe is no moment to try the WebSocket: the page is live and stays so', async () => {
  const scene = await reading();
  for (let i = 0; i < 21; i++) {
    await scene.clock.advance(30 * SECOND);
    scene.stream.serverSends({ beat: 1 });
  }
  scene.line.subscribe('news', () => {});
  await scene.clock.advance(50);
  assert.equal(scene.line.transport, 'sse');
  assert.equal(scene.streams.length, 2);
});

test('an unsubscribe takes effect at once, and a new subscribe begins anew', async () => {
  const scene = await reading();
  scene.orders.unsubscribe();
  scene.stream.serverSends(push('orders', 11, 'a', 'e:11:t'));
  const again = [];
  scene.line.subscribe('orders', data => again.push(data));
  scene.stream.serverSends(push('orders', 12, 'b', 'e:12:t'));
  await scene.clock.advance(50);
  assert.deepEqual(scene.stream.query, { channels: 'orders', as: 'ann' });
  await welcome(scene, subscribed('orders', 'e:12:t'), push('orders', 13, 'c', 'e:13:t'));
  assert.deepEqual([scene.seen, again], [[], ['c']]);
});

test('a refused channel is told to its subscription', async () => {
  const errors = [];
  const scene = await diverted({}, scene => scene.line.subscribe('secret', () => {}).on('error', error => errors.push(error.code)));
  await welcome(scene, { error: { code: 'forbidden', message: 'no', about: 'secret' } });
  assert.deepEqual(errors, ['forbidden']);
});

test('silence of a beat, a grace and a probe is death, and nothing shorter is', async () => {
  const scene = await reading();
  await scene.clock.advance(BEAT + GRACE + PROBE - 1);
  scene.stream.serverSends({ beat: 1 });
  await scene.clock.advance(BEAT + GRACE + PROBE - 1);
  assert.equal(scene.streams.length, 1);
  await scene.clock.advance(1);
  assert.equal(scene.streams.length, 2);
  assert.equal(scene.streams[0].readyState, 2);
});

test('a look at the page disturbs no stream that may be well, and finds out about one that is overdue', async () => {
  const scene = await reading();
  await scene.clock.advance(20 * SECOND);
  scene.page.show();
  scene.page.fire('offline');
  await scene.clock.advance(10 * SECOND);
  assert.equal(scene.streams.length, 1);
  scene.clock.sleep(300 * SECOND);
  scene.page.show();
  await scene.clock.advance(3 * SECOND);
  assert.equal(scene.streams.length, 2);
});

test('a stream that was only asleep with its page goes on', async () => {
  const scene = await reading();
  scene.clock.sleep(3600 * SECOND);
  scene.page.show();
  scene.stream.serverSends({ beat: 1 });
  await scene.clock.advance(20 * SECOND);
  assert.equal(scene.streams.length, 1);
});

test('nothing can be probed, and that is said', async () => {
  const scene = await reading();
  await assert.rejects(scene.line.probe(), /server-sent events/);
});

test('a bye decides, since a stream has no close code', async () => {
  for (const [bye, state] of [
    [{ code: 4503, reason: 'logged out', reconnect: false, delay: 0 }, 'refused'],
    [{ code: 4000, reason: 'rotated', reconnect: true, delay: 0 }, 'waiting'],
  ]) {
    const scene = await reading();
    scene.stream.serverSends({ bye });
    scene.stream.serverEnds();
    assert.equal(scene.line.state, state);
    assert.equal(scene.detail.code, bye.code);
  }
});

test('a draining server is heard to the end', async () => {
  const scene = await reading();
  scene.stream.serverSends({ bye: { code: 4000, reason: 'drained', reconnect: true, delay: 5000 } });
  await scene.clock.advance(5000);
  scene.stream.serverSends(push('orders', 11, 'a', 'e:11:t'));
  assert.deepEqual(scene.seen, ['11a']);
  scene.stream.serverEnds();
  await scene.clock.advance(scene.detail.delay);
  assert.equal(scene.stream.query.since, 'orders=e:11:t');
});

test('within ten minutes the line comes back by events, after that it tries the WebSocket first', async () => {
  const scene = await reading();
  scene.stream.serverEnds();
  await scene.clock.advance(scene.detail.delay);
  assert.equal(scene.streams.length, 2);
  await welcome(scene, subscribed('orders', 'e:10:t'));
  for (let i = 0; i < 21; i++) {
    await scene.clock.advance(30 * SECOND);
    scene.stream.serverSends({ beat: 1 });
  }
  scene.stream.serverEnds();
  await scene.clock.advance(scene.detail.delay);
  assert.equal(scene.line.transport, 'websocket');
  await refuse(scene);
  assert.equal(scene.line.transport, 'sse', 'one failure is enough where events are known to work');
  assert.equal(scene.stream.query.since, 'orders=e:10:t');
});

test('when the page is hidden after ten minutes, the WebSocket is tried while nobody looks', async () => {
  const scene = await reading();
  scene.page.hide();
  assert.equal(scene.line.transport, 'sse');
  scene.page.show();
  for (let i = 0; i < 21; i++) {
    await scene.clock.advance(30 * SECOND);
    scene.stream.serverSends({ beat: 1 });
  }
  scene.page.hide();
  await scene.goLive();
  assert.equal(scene.line.transport, 'websocket');
  assert.deepEqual(scene.socket.commands[1], { subscribe: 'orders', after: 'e:10:t' });
  await scene.reconnect();
  assert.equal(scene.streams.length, 1, 'the detour is over');
});

test('another network is a reason to try the WebSocket at once', async () => {
  const scene = await reading();
  scene.page.fire('online');
  await scene.goLive();
  assert.equal(scene.line.transport, 'websocket');
  assert.equal(scene.streams[0].readyState, 2);
});

test('close() ends a stream for good, also one that was to be opened anew', async () => {
  const scene = await reading();
  scene.line.subscribe('news', () => {});
  scene.line.close();
  await scene.clock.advance(60 * MINUTE);
  assert.equal(scene.streams.length, 1);
  assert.equal(scene.stream.readyState, 2);
  assert.equal(scene.clock.armed, 0);
  assert.equal(scene.line.transport, null);
});

test('a page that is put away closes its stream and comes back where it stood', async () => {
  const scene = await reading();
  scene.page.fire('pagehide');
  assert.equal(scene.stream.readyState, 2);
  scene.page.fire('pageshow');
  await settle();
  assert.equal(scene.streams.length, 2);
  assert.equal(scene.stream.query.since, 'orders=e:10:t');
});

test('a page that was ann\'s is refused when its next stream is nobody\'s', async () => {
  const scene = await diverted();
  await welcome(scene);
  scene.stream.serverEnds();
  await settle();
  await scene.clock.advance(scene.detail.delay);
  scene.stream.serverOpens();
  scene.stream.serverSends({ welcome: { ...WELCOME.welcome, user: null } });
  assert.equal(scene.line.state, 'refused');
  assert.equal(scene.detail.code, 4503);
  assert.equal(scene.stream.alive, false);
});
