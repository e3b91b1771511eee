// Several Heartline objects on one page, and pages that nobody looks at.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scene, push, settle } from './testing/fakes.mjs';

const subscribed = (channel, position) => ({ subscribed: channel, position, recovered: true });

/** A page with a live line, and `another()` to ask for the same one. */
async function page(options = {}, prepare = () => {}) {
  let around = {};
  const scene = new Scene();
  prepare(scene);
  scene.line = scene.open({ ...options, keep: given => (around = given) });
  scene.another = more => scene.open({ ...around, ...options, ...more });
  await settle();
  return scene;
}

async function live(options) {
  const scene = await page(options);
  await scene.goLive();
  return scene;
}

test('two objects for one address share one line, and each hears its states', async () => {
  const scene = await page();
  const other = scene.another();
  const states = [];
  other.on('state', state => states.push(state));
  await scene.goLive();
  assert.equal(scene.sockets.length, 1);
  assert.equal(other.state, 'live');
  assert.equal(other.instance, scene.line.instance);
  assert.deepEqual(states, ['connecting', 'live']);
});

test('one that joins a live line is told of its state, and can read on it', async () => {
  const scene = await live();
  const other = scene.another();
  const [states, seen] = [[], []];
  other.on('state', state => states.push(state));
  other.subscribe('orders', data => seen.push(data));
  await other.ready();
  assert.deepEqual(states, ['live']);
  scene.socket.serverSends(subscribed('orders', 'e:1:t'), push('orders', 2, 'a', 'e:2:t'));
  assert.deepEqual(seen, ['a']);
  assert.equal(scene.sockets.length, 1);
});

test('the line ends when the last one closes it', async () => {
  const scene = await live();
  const other = scene.another();
  const states = [];
  other.on('state', state => states.push(state));
  await settle();
  other.close();
  assert.equal(other.state, 'closed');
  assert.equal(scene.socket.alive, true);
  other.close();
  assert.deepEqual([states, scene.line.state], [['live', 'closed'], 'live']);
  await assert.rejects(other.publish('orders', 1), { code: 'closed' });
  await assert.rejects(other.ready(), { state: 'closed' });
  scene.line.close();
  assert.equal(scene.socket.alive, false);
  assert.equal(scene.line.state, 'closed');
  assert.equal(scene.clock.armed, 0);
});

test('what is mounted, unmounted and mounted again in one moment dials once', async () => {
  const scene = new Scene();
  let around;
  scene.open({ keep: given => (around = given) }).close();
  scene.line = scene.open(around);
  await scene.goLive();
  assert.equal(scene.sockets.length, 1);
});

test('what a closed one reads stops for it alone, and goes on behind connect() where it stood', async () => {
  const scene = await live();
  const other = scene.another();
  const [mine, theirs] = [[], []];
  scene.line.subscribe('both', data => mine.push(data));
  other.subscribe('both', data => theirs.push(data));
  const alone = other.subscribe('alone', data => theirs.push(data));
  scene.socket.serverSends(subscribed('both', 'e:0:t'), subscribed('alone', 'e:0:t'), push('alone', 1, 'a1', 'e:1:t'), push('both', 1, 'b1', 'e:1:t'));
  other.close();
  assert.deepEqual(scene.socket.commandsOf('unsubscribe'), [{ unsubscribe: 'alone' }]);
  scene.socket.serverSends({ unsubscribed: 'alone' });
  assert.equal(alone.position, 'e:1:t');
  other.connect();
  assert.deepEqual(scene.socket.commands.at(-1), { subscribe: 'alone', after: 'e:1:t' });
  scene.socket.serverSends(subscribed('alone', 'e:1:t'), push('alone', 2, 'a2', 'e:2:t'), push('both', 2, 'b2', 'e:2:t'));
  assert.deepEqual([mine, theirs], [['b1', 'b2'], ['a1', 'b1', 'a2', 'b2']]);
  assert.equal(other.state, 'live');
});

test('what was missed in a channel that others went on reading is told as a gap', async () => {
  const scene = await live();
  const other = scene.another();
  const gaps = [];
  scene.line.subscribe('both', () => {});
  other.subscribe('both', () => {}).on('gap', gap => gaps.push(gap));
  scene.socket.serverSends(subscribed('both', 'e:0:t'));
  other.close();
  scene.socket.serverSends(push('both', 1, 'x', 'e:1:t'));
  other.connect();
  assert.deepEqual(gaps, [{ position: 'e:1:t', reason: 'unknown' }]);
});

test('what is unsubscribed or subscribed while closed is so behind connect()', async () => {
  const scene = await live();
  const other = scene.another();
  const gone = other.subscribe('gone', () => {});
  other.close();
  gone.unsubscribe();
  other.subscribe('new', () => {}, { last: 2 });
  scene.socket.serverSends({ unsubscribed: 'gone' }, { unsubscribed: 'new' });
  const before = scene.socket.commands.length;
  other.connect();
  assert.deepEqual(scene.socket.commands.slice(before), [{ subscribe: 'new', last: 2 }]);
});

test('one that comes back when all have left opens the line again', async () => {
  const scene = await live();
  const other = scene.another();
  const seen = [];
  other.subscribe('orders', data => seen.push(data));
  scene.socket.serverSends(subscribed('orders', 'e:5:t'));
  other.close();
  scene.line.close();
  other.connect();
  await settle();
  scene.socket.serverOpens();
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'orders', after: 'e:5:t' }]);
  assert.equal(scene.line.state, 'connecting');
});

test('one that comes back to an address that others opened meanwhile joins them', async () => {
  const scene = await live();
  scene.line.subscribe('orders', () => {});
  scene.socket.serverSends(subscribed('orders', 'e:5:t'));
  scene.line.close();
  const other = scene.another();
  await settle();
  scene.line.connect();
  await scene.goLive();
  assert.equal(scene.sockets.length, 2);
  assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'orders', after: 'e:5:t' }]);
  assert.equal(other.state, 'live');
});

for (const [what, more] of [
  ['another token', { token: 'b' }],
  ['shared: false', { shared: false }],
  ['another address', { url: 'ws://host/other/line' }],
]) {
  test(`${what} is another line`, async () => {
    const scene = await live({ token: 'a' });
    scene.another(more);
    await settle();
    assert.equal(scene.sockets.length, 2);
  });
}

test('one that rests shares the line as soon as another one wants it', async () => {
  const scene = await page({ autoConnect: false });
  assert.equal(scene.sockets.length, 0);
  const other = scene.another({ autoConnect: true });
  await scene.goLive();
  assert.deepEqual([scene.line.state, other.state], ['live', 'live']);
});

test('an error that nobody of them listens to is shown in the console', async () => {
  const scene = await live();
  const other = scene.another();
  const errors = [];
  other.on('error', ({ code }) => errors.push(code));
  scene.socket.serverSends({ error: { code: 'malformed', message: 'x' } });
  assert.deepEqual(errors, ['malformed']);
});

// ---- pages that nobody has looked at

test('a page that was opened in the background connects when it is first looked at', async () => {
  const scene = await page({}, scene => (scene.page.visibilityState = 'hidden'));
  for (const [event, fields] of [['pageshow', { persisted: false }], ['online', {}], ['freeze', {}], ['resume', {}]]) scene.page.fire(event, fields);
  await scene.clock.advance(3_600_000);
  assert.equal(scene.sockets.length, 0);
  assert.equal(scene.line.state, 'waiting');
  assert.match(scene.detail.why, /not been looked at yet/);
  scene.page.show();
  await scene.goLive();
  scene.page.hide();
  scene.socket.serverCloses(1006);
  await scene.clock.advance(scene.detail.delay);
  await scene.goLive();
});

test('an option has it connect in the background', async () => {
  const scene = await page({ background: true }, scene => (scene.page.visibilityState = 'hidden'));
  await scene.goLive();
});

test('it stays closed if it was closed before anybody looked', async () => {
  const scene = await page({}, scene => (scene.page.visibilityState = 'hidden'));
  scene.line.close();
  scene.page.show();
  await settle();
  assert.equal(scene.sockets.length, 0);
  assert.equal(scene.clock.armed, 0);
});
