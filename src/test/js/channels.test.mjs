import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scene, WELCOME, push, reported, settle } from './testing/fakes.mjs';

const subscribed = (channel, position, more = {}) => ({ subscribed: channel, position, recovered: true, ...more });

/** A live line that reads `orders` from offset 10, and what its page saw. */
async function reading(options = {}) {
  const scene = await Scene.live(options);
  scene.seen = [];
  scene.orders = scene.line.subscribe('orders', (data, { offset }) => scene.seen.push([offset, data]));
  scene.events = [];
  for (const event of ['subscribed', 'gap', 'unsubscribed', 'error']) {
    scene.orders.on(event, detail => scene.events.push([event, detail]));
  }
  scene.socket.serverSends(subscribed('orders', 'e:10:t'));
  scene.events.length = 0;
  return scene;
}

test('what was subscribed before the line opened goes with the hello, one command per line', async () => {
  const scene = await Scene.of();
  scene.line.subscribe('a', () => {}, { after: 'e:3:t' });
  scene.line.subscribe('b', () => {}, { last: 20 });
  scene.line.subscribe('c', () => {});
  scene.socket.serverOpens();
  assert.equal(scene.socket.sent.length, 1);
  assert.deepEqual(scene.socket.commands.slice(1), [{ subscribe: 'a', after: 'e:3:t' }, { subscribe: 'b', last: 20 }, { subscribe: 'c' }]);
});

test('what is subscribed on an open line is asked at once', async () => {
  const scene = await Scene.live();
  scene.line.subscribe('a', () => {}, { last: 5 });
  assert.deepEqual(scene.socket.commands.at(-1), { subscribe: 'a', last: 5 });
});

test('very many subscriptions do not become one frame too big for the server', async () => {
  const scene = await Scene.of();
  for (let i = 0; i < 128; i++) scene.line.subscribe(`${'long/'.repeat(50)}${i}`, () => {});
  scene.socket.serverOpens();
  assert.ok(scene.socket.sent.every(frame => frame.length <= 16_384));
  assert.equal(scene.socket.commandsOf('subscribe').length, 128);
});

test('a push arrives with its data, channel, offset and position', async () => {
  const scene = await Scene.live();
  const calls = [];
  scene.line.subscribe('orders', (...args) => calls.push(args));
  scene.socket.serverSends(subscribed('orders', 'e:0:t'));
  scene.socket.serverSends(push('orders', 1, { n: 1 }), push('orders', 2, null, 'e:2:u'));
  assert.deepEqual(calls, [
    [{ n: 1 }, { channel: 'orders', offset: 1, position: undefined }],
    [null, { channel: 'orders', offset: 2, position: 'e:2:u' }],
  ]);
});

test('every reconnect resumes every channel from its last position', async () => {
  const scene = await reading();
  scene.line.subscribe('news', () => {}, { last: 3 });
  scene.socket.serverSends(subscribed('news', 'e:5:t'), push('orders', 11, 'a', 'e:11:t'));
  for (let i = 0; i < 2; i++) {
    await scene.reconnect();
    assert.deepEqual(scene.socket.commandsOf('subscribe'), [
      { subscribe: 'orders', after: 'e:11:t' },
      { subscribe: 'news', after: 'e:5:t' },
    ]);
  }
});

test('a channel without an answer yet is asked again as it was', async () => {
  const scene = await Scene.live();
  scene.line.subscribe('news', () => {}, { last: 3 });
  await scene.reconnect();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'news', last: 3 }]);
});

test('an offset at or below the last is dropped', async () => {
  const scene = await reading();
  scene.socket.serverSends(push('orders', 10, 'old', 'e:10:t'), push('orders', 11, 'new', 'e:11:t'), push('orders', 11, 'twice', 'e:11:t'));
  assert.deepEqual(scene.seen, [[11, 'new']]);
});

test('a line that dies between two positions resumes from the first, and nothing is seen twice', async () => {
  const scene = await reading();
  scene.socket.serverSends(push('orders', 11, 'a', 'e:11:t'));
  scene.socket.serverSends(push('orders', 12, 'b'), push('orders', 13, 'c'));
  await scene.reconnect();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'orders', after: 'e:11:t' }]);
  scene.socket.serverSends(subscribed('orders', 'e:11:t'));
  assert.deepEqual(scene.events, [['subscribed', { position: 'e:11:t', recovered: true, reason: undefined }]], 'no gap');
  scene.socket.serverSends(push('orders', 12, 'b'), push('orders', 13, 'c'), push('orders', 14, 'd', 'e:14:t'));
  assert.deepEqual(scene.seen.map(([, data]) => data), ['a', 'b', 'c', 'd']);
  assert.equal(scene.orders.position, 'e:14:t');
});

test('a repeat may bring a newer position, never an older one', async () => {
  const scene = await reading();
  scene.socket.serverSends(push('orders', 11, 'a'), push('orders', 12, 'b'));
  scene.socket.serverSends(push('orders', 11, 'a', 'e:11:t'));
  assert.equal(scene.orders.position, 'e:11:t');
  scene.socket.serverSends(push('orders', 10, 'z', 'e:10:t'));
  assert.equal(scene.orders.position, 'e:11:t');
});

test('a hole closes the line and resumes from the last good position; what came behind it is not seen', async () => {
  const scene = await reading();
  scene.socket.serverSends(push('orders', 11, 'a', 'e:11:t'));
  scene.socket.serverSends(push('orders', 13, 'c'), push('orders', 14, 'd', 'e:14:t'));
  assert.equal(scene.line.state, 'waiting');
  assert.deepEqual(scene.socket.closedWith, { code: 4002, reason: 'a hole in orders: 13 after 11' });
  assert.equal(scene.errors[0].code, 'hole');
  await scene.clock.advance(scene.detail.delay);
  await scene.goLive();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'orders', after: 'e:11:t' }]);
  scene.socket.serverSends(subscribed('orders', 'e:11:t'), push('orders', 12, 'b'), push('orders', 13, 'c', 'e:13:t'));
  assert.deepEqual(scene.seen.map(([, data]) => data), ['a', 'b', 'c']);
});

test('a hole in a channel with the longest of names closes within 123 bytes', async () => {
  const scene = await Scene.live();
  const name = 'a'.repeat(255);
  scene.line.subscribe(name, () => {});
  scene.socket.serverSends(subscribed(name, 'e:1:t'), push(name, 9, 'x'));
  assert.equal(scene.socket.closedWith.code, 4002);
});

test('a hole right behind the subscribed position is a hole', async () => {
  const scene = await reading();
  scene.socket.serverSends(push('orders', 12, 'b'));
  assert.equal(scene.line.state, 'waiting');
});

test('a position that cannot be read lets the first push say the offset', async () => {
  const scene = await Scene.live();
  const seen = [];
  scene.line.subscribe('orders', data => seen.push(data));
  scene.socket.serverSends(subscribed('orders', 'opaque'), push('orders', 70, 'a'), push('orders', 71, 'b'), push('orders', 71, 'b'));
  assert.deepEqual(seen, ['a', 'b']);
  scene.socket.serverSends(push('orders', 73, 'd'));
  assert.equal(scene.line.state, 'waiting');
});

test('recovered:false is a gap: the position replaces, and offsets go on from there, even downwards', async () => {
  const scene = await reading();
  await scene.reconnect();
  scene.socket.serverSends(subscribed('orders', 'f:2:t', { recovered: false, reason: 'epoch' }));
  scene.socket.serverSends(push('orders', 3, 'anew', 'f:3:t'));
  assert.deepEqual(scene.events, [
    ['subscribed', { position: 'f:2:t', recovered: false, reason: 'epoch' }],
    ['gap', { position: 'f:2:t', reason: 'epoch' }],
  ]);
  assert.deepEqual(scene.seen, [[3, 'anew']]);
  assert.equal(scene.orders.position, 'f:3:t');
});

test('a gap object replaces the position, and offsets go on from there', async () => {
  const scene = await reading();
  scene.socket.serverSends({ gap: 'orders', position: 'e:500:t', reason: 'trimmed' });
  scene.socket.serverSends(push('orders', 501, 'x'));
  assert.deepEqual(scene.events, [['gap', { position: 'e:500:t', reason: 'trimmed' }]]);
  assert.deepEqual(scene.seen, [[501, 'x']]);
  assert.equal(scene.line.state, 'live');
  scene.socket.serverSends({ gap: 'orders', position: 'e:600:t', reason: 'trimmed' }, push('orders', 602, 'hole'));
  assert.equal(scene.line.state, 'waiting');
});

test('several subscribers of one channel share one subscription on the wire', async () => {
  const scene = await reading();
  const second = [];
  const again = scene.line.subscribe('orders', data => second.push(data));
  assert.equal(scene.socket.commandsOf('subscribe').length, 1);
  assert.equal(again.position, 'e:10:t');
  scene.socket.serverSends(push('orders', 11, 'both'));
  scene.orders.unsubscribe();
  scene.socket.serverSends(push('orders', 12, 'second only'));
  assert.deepEqual(second, ['both', 'second only']);
  assert.deepEqual(scene.seen, [[11, 'both']]);
  assert.equal(scene.socket.commandsOf('unsubscribe').length, 0);
  again.unsubscribe();
  assert.deepEqual(scene.socket.commands.at(-1), { unsubscribe: 'orders' });
});

test('after unsubscribe() nothing is heard, and nothing is resumed', async () => {
  const scene = await reading();
  scene.orders.unsubscribe();
  scene.orders.unsubscribe();
  scene.socket.serverSends(push('orders', 11, 'under way'), { unsubscribed: 'orders' });
  assert.deepEqual(scene.seen, []);
  assert.equal(scene.socket.commandsOf('unsubscribe').length, 1);
  await scene.reconnect();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), []);
});

test('a subscribe behind an unsubscribe waits for its answer, so that old pushes are not taken for new ones', async () => {
  const scene = await reading();
  scene.orders.unsubscribe();
  const seen = [];
  scene.line.subscribe('orders', data => seen.push(data), { last: 1 });
  assert.equal(scene.socket.commandsOf('subscribe').length, 1);
  scene.socket.serverSends(push('orders', 11, 'old'), { unsubscribed: 'orders' });
  assert.deepEqual(scene.socket.commands.at(-1), { subscribe: 'orders', last: 1 });
  scene.socket.serverSends(subscribed('orders', 'e:10:t'), push('orders', 11, 'new', 'e:11:t'));
  assert.deepEqual(seen, ['new']);
});

test('a subscribe behind an unsubscribe goes with the next line if the answer never came', async () => {
  const scene = await reading();
  scene.orders.unsubscribe();
  const seen = [];
  scene.line.subscribe('orders', data => seen.push(data), { last: 1 });
  await scene.reconnect();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'orders', last: 1 }]);
  scene.socket.serverSends(subscribed('orders', 'e:10:t'), push('orders', 11, 'heard'));
  assert.deepEqual(seen, ['heard']);
});

test('unsubscribe() and subscribe() before the line opens leave one subscribe', async () => {
  const scene = await Scene.of();
  scene.line.subscribe('orders', () => {}, { last: 9 }).unsubscribe();
  scene.line.subscribe('orders', () => {}, { last: 1 });
  scene.socket.serverOpens();
  assert.deepEqual(scene.socket.commands.slice(1), [{ subscribe: 'orders', last: 1 }]);
});

test('a right that ended is told, and the channel is not resumed', async () => {
  const scene = await reading();
  scene.socket.serverSends({ unsubscribed: 'orders', reason: 'forbidden' });
  assert.deepEqual(scene.events, [['unsubscribed', { reason: 'forbidden' }]]);
  await scene.reconnect();
  scene.orders.unsubscribe();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), []);
  assert.deepEqual(scene.socket.commandsOf('unsubscribe'), []);
});

test('a refused subscribe is told to its subscription, and asked again by the next line', async () => {
  const scene = await Scene.live();
  const errors = [];
  scene.line.subscribe('secret', () => {}).on('error', error => errors.push(error));
  const refusal = { code: 'forbidden', message: 'you may not', about: 'secret' };
  scene.socket.serverSends({ error: refusal });
  assert.deepEqual(errors, [refusal]);
  assert.deepEqual(scene.errors, []);
  await scene.reconnect();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'secret' }]);
});

test('a subscribe that the server could not answer is asked again on the same line', async () => {
  const scene = await Scene.live();
  scene.line.subscribe('orders', () => {}, { after: 'e:3:t' });
  scene.line.subscribe('prices', () => {});
  scene.line.subscribe('secret', () => {});
  const busy = about => ({ error: { code: 'unavailable', message: 'no room for another channel now', about } });
  const asked = () => scene.socket.commandsOf('subscribe').slice(3);
  scene.socket.serverSends({ error: { code: 'forbidden', message: 'no', about: 'secret' } });
  scene.socket.serverSends(busy('orders'), busy('prices'));
  await scene.clock.advance(900);
  assert.deepEqual(asked(), []);
  await scene.clock.advance(4_200);
  assert.deepEqual(asked(), [{ subscribe: 'orders', after: 'e:3:t' }, { subscribe: 'prices' }]);
  scene.socket.serverSends(busy('orders'), subscribed('prices', 'e:1:t'));
  await scene.clock.advance(5_100);
  assert.deepEqual(asked().slice(2), [{ subscribe: 'orders', after: 'e:3:t' }]);
  scene.socket.serverSends(subscribed('orders', 'e:3:t'));
  await scene.clock.advance(9_000);
  assert.equal(asked().length, 3);
  assert.equal(scene.line.state, 'live');
});

test('what was left meanwhile is not asked again, and the next line asks by itself', async () => {
  const scene = await Scene.live();
  const prices = scene.line.subscribe('prices', () => {});
  scene.line.subscribe('orders', () => {});
  for (const about of ['prices', 'orders']) scene.socket.serverSends({ error: { code: 'unavailable', message: 'busy', about } });
  prices.unsubscribe();
  await scene.reconnect();
  await scene.clock.advance(10_000);
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'orders' }]);
});

test('a second subscribe() after a refusal asks again', async () => {
  const scene = await Scene.live();
  scene.line.subscribe('secret', () => {});
  scene.socket.serverSends({ error: { code: 'forbidden', message: 'no', about: 'secret' } });
  scene.line.subscribe('secret', () => {});
  assert.equal(scene.socket.commandsOf('subscribe').length, 2);
});

test('an error nobody listens to at its subscription is one of the line', async () => {
  const scene = await Scene.live();
  scene.line.subscribe('secret', () => {});
  scene.socket.serverSends({ error: { code: 'forbidden', message: 'no', about: 'secret' } });
  scene.socket.serverSends({ error: { code: 'unsupported', message: 'no tokens', about: 'token' } });
  assert.deepEqual(scene.errors.map(({ code }) => code), ['forbidden', 'unsupported']);
});

test('an unsubscribe answered by `none` lets a new subscribe go', async () => {
  const scene = await reading();
  scene.orders.unsubscribe();
  scene.line.subscribe('orders', () => {});
  scene.socket.serverSends({ error: { code: 'none', message: 'not subscribed', about: 'orders' } });
  assert.deepEqual(scene.socket.commands.at(-1), { subscribe: 'orders' });
});

test('a callback that throws is reported, and neither the others nor the line suffer', async () => {
  const scene = await reading();
  const second = [];
  scene.line.subscribe('orders', () => {
    throw new Error('page bug');
  });
  scene.line.subscribe('orders', data => second.push(data));
  const caught = await reported(() => scene.socket.serverSends(push('orders', 11, 'a'), push('orders', 12, 'b', 'e:12:t')));
  assert.deepEqual(caught, ['page bug', 'page bug']);
  assert.deepEqual(second, ['a', 'b']);
  assert.equal(scene.line.state, 'live');
  await scene.reconnect();
  scene.socket.serverSends(subscribed('orders', 'e:12:t'), push('orders', 12, 'b', 'e:12:t'));
  assert.deepEqual(second, ['a', 'b']);
});

test('listeners of states, beats, gaps and errors that throw do not hurt either', async () => {
  const scene = await reading();
  const fail = () => {
    throw new Error('page bug');
  };
  for (const event of ['state', 'beat', 'error']) scene.line.on(event, fail);
  scene.orders.on('gap', fail);
  const caught = await reported(async () => {
    scene.socket.serverSends({ beat: 1 }, { gap: 'orders', position: 'e:20:t', reason: 'trimmed' }, { error: { code: 'x', message: 'y' } });
    await scene.reconnect();
  });
  assert.equal(caught.length, 6);
  assert.equal(scene.line.state, 'live');
});

test('the position has advanced when the callback runs', async () => {
  const scene = await Scene.live();
  const positions = [];
  const orders = scene.line.subscribe('orders', () => positions.push(orders.position));
  scene.socket.serverSends(subscribed('orders', 'e:0:t'), push('orders', 1, 'a', 'e:1:t'));
  assert.deepEqual(positions, ['e:1:t']);
});

test('a callback that closes the line hears nothing more of the frame, and resumes behind what it saw', async () => {
  const scene = await Scene.live();
  const seen = [];
  scene.line.subscribe('orders', data => {
    seen.push(data);
    if (data === 'a') scene.line.close();
  });
  scene.socket.serverSends(subscribed('orders', 'e:0:t'), push('orders', 1, 'a'), push('orders', 2, 'b', 'e:2:t'));
  assert.deepEqual(seen, ['a']);
  scene.line.connect();
  await scene.goLive();
  scene.socket.serverSends(subscribed('orders', 'e:0:t'), push('orders', 1, 'a'), push('orders', 2, 'b', 'e:2:t'));
  assert.deepEqual(seen, ['a', 'b']);
});

test('a subscriber that another one takes off in its callback is not called any more', async () => {
  const scene = await Scene.live();
  const seen = [];
  scene.line.subscribe('orders', () => second.unsubscribe());
  const second = scene.line.subscribe('orders', data => seen.push(data));
  scene.socket.serverSends(subscribed('orders', 'e:0:t'), push('orders', 1, 'a'));
  assert.deepEqual(seen, []);
});

test('on() returns its undo', async () => {
  const scene = await reading();
  const gaps = [];
  const undo = scene.orders.on('gap', ({ reason }) => gaps.push(reason));
  scene.socket.serverSends({ gap: 'orders', position: 'e:20:t', reason: 'trimmed' });
  undo();
  scene.socket.serverSends({ gap: 'orders', position: 'e:30:t', reason: 'diverged' });
  assert.deepEqual(gaps, ['trimmed']);
});

test('a wrong name, a missing callback or a missing listener is told at once', async () => {
  const scene = await Scene.live();
  assert.throws(() => scene.line.subscribe('', () => {}), /channel must be a name/);
  assert.throws(() => scene.line.subscribe('orders', undefined), /must be a function/);
  assert.throws(() => scene.line.on('state'), /must be a function/);
  await settle();
});

test('a push before the subscribed of this line belongs to nothing and is not heard', async () => {
  const scene = await reading();
  await scene.reconnect();
  scene.socket.serverSends(push('orders', 11, 'stray', 'e:11:t'), { gap: 'orders', position: 'e:50:t', reason: 'trimmed' });
  assert.deepEqual([scene.seen, scene.events], [[], []]);
});

test('a page is told that its HTTP session ends soon', async () => {
  const scene = await Scene.live();
  const told = [];
  scene.line.on('expiring', detail => told.push(detail));
  scene.socket.serverSends({ expiring: 59_000 });
  assert.deepEqual(told, [{ in: 59_000 }]);
});

test('a token for a channel goes with its subscribe, on each line', async () => {
  const scene = await Scene.of();
  scene.line.subscribe('a', () => {}, { token: 't', last: 3 });
  scene.socket.serverOpens();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'a', last: 3, token: 't' }]);
  scene.socket.serverSends(WELCOME, subscribed('a', 'e:1:t'));
  await scene.reconnect();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'a', after: 'e:1:t', token: 't' }]);
});

test('a token that has to be fetched is fetched for each subscribe, and again when it has expired', async () => {
  const scene = await Scene.live();
  let fetched = 0;
  const events = [];
  const subscription = scene.line.subscribe('a', () => {}, { token: async () => `t${++fetched}` });
  subscription.on('unsubscribed', detail => events.push(detail));
  await settle();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'a', token: 't1' }]);
  scene.socket.serverSends(subscribed('a', 'e:1:t'), push('a', 2, 'x', 'e:2:t'), { unsubscribed: 'a', reason: 'expired' });
  await settle();
  assert.deepEqual(scene.socket.commandsOf('subscribe').at(-1), { subscribe: 'a', after: 'e:2:t', token: 't2' });
  await scene.reconnect();
  await settle();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'a', after: 'e:2:t', token: 't3' }]);
  assert.deepEqual(events, []);
});

test('a right that ends otherwise is not taken up again, token or not', async () => {
  const scene = await Scene.live();
  const events = [];
  for (const [name, token] of [['a', () => 't'], ['b', 't']]) {
    scene.line.subscribe(name, () => {}, { token }).on('unsubscribed', detail => events.push(detail));
  }
  await settle();
  scene.socket.serverSends(subscribed('a', 'e:1:t'), subscribed('b', 'e:1:t'));
  scene.socket.serverSends({ unsubscribed: 'a', reason: 'forbidden' }, { unsubscribed: 'b', reason: 'expired' });
  await settle();
  assert.deepEqual(events, [{ reason: 'forbidden' }, { reason: 'expired' }]);
  assert.equal(scene.socket.commandsOf('subscribe').length, 2);
});

test('a token that cannot be fetched is told, and fetched again for the next line', async () => {
  const scene = await Scene.live();
  let fails = true;
  const told = [];
  const token = () => (fails ? Promise.reject(new Error('no')) : 't');
  scene.line.subscribe('a', () => {}, { token }).on('error', error => told.push(error));
  await settle();
  assert.deepEqual(told, [{ code: 'token', message: 'no token: no', about: 'a' }]);
  fails = false;
  await scene.reconnect();
  await settle();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'a', token: 't' }]);
});

test('what is no longer wanted when its token comes is not subscribed', async () => {
  const scene = await Scene.live();
  let bring;
  const token = () => new Promise(resolve => (bring = resolve));
  const subscription = scene.line.subscribe('a', () => {}, { token });
  await settle();
  subscription.unsubscribe();
  bring('t');
  await settle();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), []);
});
