// A page that goes by server-sent events and changes what it reads.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diverted, reading, refuse, subscribed, welcome } from './testing/diverted.mjs';
import { SECOND, Scene, WELCOME, push, settle } from './testing/fakes.mjs';

/** A line by events that reads `orders`, with a successor under way that reads `news` too. */
async function changing() {
  const scene = await reading();
  scene.news = [];
  scene.line.subscribe('news', data => scene.news.push(data));
  await scene.clock.advance(50);
  assert.equal(scene.streams.length, 2);
  return scene;
}

// ---- the successor

test('what the old stream brings while the next one is under way is heard once', async () => {
  const scene = await changing();
  const [first, next] = scene.streams;
  first.serverSends(push('orders', 11, 'a', 'e:11:t'));
  next.serverOpens();
  first.serverSends(push('orders', 12, 'b', 'e:12:t'));
  next.serverSends(WELCOME, subscribed('orders', 'e:10:t'), subscribed('news', 'n:0:t'));
  next.serverSends(push('orders', 11, 'a'), push('orders', 12, 'b'), push('orders', 13, 'c', 'e:13:t'), push('news', 1, 'n', 'n:1:t'));
  assert.deepEqual([scene.seen, scene.news, scene.gaps], [['11a', '12b', '13c'], ['n'], []]);
  assert.equal(first.readyState, 2);
  assert.equal(scene.orders.position, 'e:13:t');
});

test('a next stream that is refused leaves the old one as it was, tells of it, and is tried again later', async () => {
  const scene = await changing();
  const [first] = scene.streams;
  scene.stream.serverRefuses();
  assert.equal(scene.line.state, 'live');
  assert.deepEqual(scene.errors.map(({ code }) => code), ['stream']);
  first.serverSends(push('orders', 11, 'a', 'e:11:t'));
  assert.deepEqual(scene.seen, ['11a']);
  await scene.clock.advance(999);
  assert.equal(scene.streams.length, 2);
  await scene.clock.advance(1);
  assert.equal(scene.streams.length, 3);
  assert.equal(scene.stream.query.since, 'orders=e:11:t');
  await welcome(scene, subscribed('orders', 'e:11:t'), subscribed('news', 'n:0:t'), push('news', 1, 'n', 'n:1:t'));
  assert.deepEqual(scene.news, ['n']);
});

test('where the browser has no room for two streams, the next one is opened in the place of the old one', async () => {
  const scene = await changing();
  const [first] = scene.streams;
  await scene.clock.advance(10 * SECOND); // the browser lets it wait for a free connection
  assert.equal(scene.streams[1].readyState, 2);
  assert.equal(first.readyState, 1);
  await scene.clock.advance(SECOND);
  assert.equal(scene.streams.length, 3);
  assert.equal(first.readyState, 2);
  await welcome(scene, subscribed('orders', 'e:10:t'), subscribed('news', 'n:0:t'));
});

test('what the server says to the next stream ends the line', async () => {
  const scene = await changing();
  scene.stream.serverOpens();
  scene.stream.serverSends({ bye: { code: 4503, reason: 'logged out', reconnect: false, delay: 0 } });
  scene.stream.serverEnds();
  assert.equal(scene.line.state, 'refused');
  assert.deepEqual(scene.streams.map(({ alive }) => alive), [false, false]);
});

test('a next stream that is another user\'s ends the line', async () => {
  const scene = await changing();
  scene.stream.serverOpens();
  scene.stream.serverSends({ welcome: { ...WELCOME.welcome, user: 'bob' } });
  assert.equal(scene.detail.code, 4504);
  assert.deepEqual(scene.streams.map(({ alive }) => alive), [false, false]);
});

test('an old stream that ends while the next one is under way is an end like any other, and takes that with it', async () => {
  const scene = await changing();
  scene.streams[0].serverEnds();
  assert.equal(scene.line.state, 'waiting');
  assert.deepEqual(scene.streams.map(({ alive }) => alive), [false, false]);
  await scene.clock.advance(scene.detail.delay);
  assert.equal(scene.streams.length, 3);
  assert.deepEqual(scene.stream.query, { channels: 'news', since: 'orders=e:10:t', as: 'ann' });
});

for (const [what, leave] of [
  ['close()', scene => scene.line.close()],
  ['a page that is put away', scene => scene.page.fire('pagehide')],
  ['another network', scene => scene.page.fire('online')],
]) {
  test(`${what} ends both streams`, async () => {
    const scene = await changing();
    leave(scene);
    assert.deepEqual(scene.streams.map(({ alive }) => alive), [false, false]);
  });
}

// ---- many changes

test('subscriptions that change every 80 ms do not starve the line, and open streams ever more rarely', async () => {
  const scene = await reading();
  let offset = 10;
  for (let i = 0; i < 500; i++) {
    const present = scene.streams.filter(stream => stream.readyState === 1)[0];
    assert.ok(present, 'one stream is always open');
    present.serverSends(push('orders', ++offset, 'x', `e:${offset}:t`));
    scene.line.subscribe(`c${i}`, () => {}).unsubscribe();
    await scene.clock.advance(80);
    if (scene.stream.readyState === 0) await welcome(scene, subscribed('orders', scene.stream.query.since.slice('orders='.length)));
  }
  assert.equal(scene.seen.length, 500);
  assert.ok(scene.streams.length < 20, `${scene.streams.length}`);
  await scene.clock.advance(5 * SECOND);
  await welcome(scene);
  await scene.clock.advance(11 * SECOND);
  const before = scene.streams.length;
  scene.line.subscribe('late', () => {});
  await scene.clock.advance(50);
  assert.equal(scene.streams.length, before + 1, 'after a calm time a change is quick again');
});

test('no other stream is opened before the last one was welcomed; what changed meanwhile follows then', async () => {
  const scene = await changing();
  scene.line.subscribe('more', () => {});
  await scene.clock.advance(5 * SECOND);
  assert.equal(scene.streams.length, 2);
  await welcome(scene, subscribed('orders', 'e:10:t'), subscribed('news', 'n:0:t'));
  await scene.clock.advance(100);
  assert.equal(scene.streams.length, 3);
  assert.deepEqual(scene.stream.query, { channels: 'more', since: 'orders=e:10:t,news=n:0:t', as: 'ann' });
});

test('what was unsubscribed before the next stream opened is not in its address', async () => {
  const scene = await reading();
  scene.line.subscribe('news', () => {}).unsubscribe();
  await scene.clock.advance(50);
  assert.equal(scene.stream.query.channels, '');
});

// ---- answers that cross

test('an answer to an earlier subscribe does not cost a later one its `last`', async () => {
  const scene = await diverted({}, scene => scene.line.subscribe('orders', () => {}).unsubscribe());
  scene.line.subscribe('orders', () => {}).unsubscribe();
  const seen = [];
  scene.line.subscribe('orders', data => seen.push(data), { last: 3 });
  await welcome(scene, subscribed('orders', 'e:10:t'), push('orders', 11, 'early', 'e:11:t'));
  await scene.clock.advance(50);
  assert.deepEqual(scene.stream.query, { channels: '', since: 'orders=-3', as: 'ann' });
  assert.deepEqual(seen, []);
});

test('nor does one that crosses a resubscribe on a running stream', async () => {
  const scene = await changing();
  scene.orders.unsubscribe();
  const seen = [];
  scene.line.subscribe('orders', data => seen.push(data), { last: 3 });
  await welcome(scene, subscribed('orders', 'e:10:t'), push('orders', 11, 'early', 'e:11:t'), subscribed('news', 'n:0:t'));
  await scene.clock.advance(100);
  assert.equal(scene.stream.query.since, 'news=n:0:t,orders=-3');
  await welcome(scene, subscribed('orders', 'e:8:t'), push('orders', 9, 'x', 'e:9:t'));
  assert.deepEqual(seen, ['x']);
});

// ---- what does not fit

test('channels that are read already come before newcomers, by events', async () => {
  const scene = await diverted({}, scene => {
    scene.line.subscribe('refused', () => {}, { last: 1 }).on('error', () => {});
    scene.line.subscribe('running', () => {});
  });
  await welcome(scene, { error: { code: 'limit', message: 'too many', about: 'refused' } }, subscribed('running', 'e:1:t'));
  scene.stream.serverEnds();
  await scene.clock.advance(scene.detail.delay);
  assert.equal(scene.stream.query.since, 'running=e:1:t,refused=-1');
});

test('and on a WebSocket', async () => {
  const scene = await Scene.of();
  scene.line.subscribe('refused', () => {}).on('error', () => {});
  scene.line.subscribe('running', () => {});
  await scene.goLive();
  scene.socket.serverSends({ error: { code: 'limit', message: 'too many', about: 'refused' } }, subscribed('running', 'e:1:t'));
  await scene.reconnect();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'running', after: 'e:1:t' }, { subscribe: 'refused' }]);
});

test('what an address cannot hold is refused by name, and the rest is read', async () => {
  const refused = [];
  const scene = await diverted({}, scene => {
    for (let i = 0; i < 100; i++) {
      scene.line.subscribe(`${'long/'.repeat(20)}${i}`, () => {}).on('error', ({ code, about }) => refused.push(`${code} ${about.slice(100)}`));
    }
  });
  assert.ok(scene.stream.url.length <= 7_000, `${scene.stream.url.length}`);
  const asked = scene.stream.query.channels.split(',').length;
  assert.equal(refused.length, 100 - asked);
  assert.equal(refused[0], `limit ${asked}`);
  await welcome(scene);
});

test('a newcomer that does not fit costs those that are read nothing', async () => {
  const scene = await diverted({}, scene => {
    for (let i = 0; i < 65; i++) scene.line.subscribe(`${'long/'.repeat(19)}${i}`, () => {});
  });
  const names = scene.stream.query.channels.split(',');
  await welcome(scene, ...names.map(name => subscribed(name, 'e:1:t')));
  const errors = [];
  scene.line.subscribe('z'.repeat(255), () => {}).on('error', ({ code }) => errors.push(code));
  await scene.clock.advance(50);
  assert.deepEqual(errors, ['limit']);
  const kept = scene.stream.query.since.split(',').map(item => item.split('=')[0]);
  assert.deepEqual(kept, names);
});

test('a long token leaves less room for names', async () => {
  const scene = new Scene();
  scene.hasEvents = true;
  const addresses = [];
  const fetch = (url, request) => {
    if (!url.includes('/events')) return scene.http.fetch(url, request);
    addresses.push(url);
    return new Promise(() => {});
  };
  scene.line = scene.open({ token: 't'.repeat(3_000), fetch });
  for (let i = 0; i < 100; i++) scene.line.subscribe(`${'long/'.repeat(20)}${i}`, () => {}).on('error', () => {});
  await settle();
  await refuse(scene);
  await refuse(scene);
  assert.equal(addresses.length, 1);
  assert.ok(addresses[0].length <= 4_000);
});

// ---- another network

test('another network ends the detour also while there is no stream', async () => {
  const scene = await reading();
  scene.random = 1;
  scene.stream.serverEnds();
  assert.equal(scene.line.state, 'waiting');
  scene.page.fire('online');
  await scene.goLive();
  assert.equal(scene.line.transport, 'websocket');
});
