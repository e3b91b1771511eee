import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scene, WELCOME, settle } from './testing/fakes.mjs';

const published = (id, channel = 'chat', position = 'e:1:t') => ({ published: channel, position, id });

const publishes = socket => socket.commandsOf('publish');

/** @returns {Promise<object>} how a promise is settled by now */
async function outcome(promise) {
  let settled = { open: true };
  promise.then(
    value => (settled = { value }),
    ({ code, message, id, channel }) => (settled = { code, message, id, channel }),
  );
  await settle();
  return settled;
}

test('a publication is settled by its acknowledgement', async () => {
  const scene = await Scene.live();
  const promise = scene.line.publish('chat', { text: 'hé' });
  const [{ id, ...command }] = publishes(scene.socket);
  assert.deepEqual(command, { publish: 'chat', data: { text: 'hé' } });
  assert.match(id, /^[!-~]{1,128}$/);
  assert.deepEqual(await outcome(promise), { open: true });
  scene.socket.serverSends(published(id));
  assert.deepEqual(await outcome(promise), { value: { channel: 'chat', position: 'e:1:t', id } });
});

test('each publication has an id of its own, unless the page gives one', async () => {
  const scene = await Scene.live();
  const other = await Scene.live();
  for (const { line } of [scene, scene, other]) line.publish('chat', 1);
  scene.line.publish('chat', 1, { id: 'mine' });
  const ids = [...publishes(scene.socket), ...publishes(other.socket)].map(({ id }) => id);
  assert.equal(new Set(ids).size, 4);
  assert.ok(ids.includes('mine'));
});

test('what the server refuses is rejected in its words, and the line goes on', async () => {
  const scene = await Scene.live();
  const refused = scene.line.publish('closed', 1, { id: 'a' });
  const taken = scene.line.publish('chat', 1, { id: 'b' });
  scene.socket.serverSends({ error: { code: 'forbidden', message: 'you may not', about: 'closed', id: 'a' } }, published('b'));
  assert.deepEqual(await outcome(refused), { code: 'forbidden', message: 'you may not', id: 'a', channel: 'closed' });
  assert.equal((await outcome(taken)).value.id, 'b');
  assert.equal(scene.line.state, 'live');
  assert.deepEqual(scene.errors, [], 'whoever has published knows');
});

test('what is refused about a subscription of the same channel is not taken for an answer', async () => {
  const scene = await Scene.live();
  const promise = scene.line.publish('chat', 1, { id: 'a' });
  scene.line.subscribe('chat', () => {});
  scene.socket.serverSends({ error: { code: 'forbidden', message: 'no', about: 'chat' } });
  assert.deepEqual(await outcome(promise), { open: true });
  assert.equal(scene.errors.length, 1);
});

test('what has no answer when the line ends is sent again on the next one, by the same id and in order', async () => {
  const scene = await Scene.live();
  const promises = ['a', 'b', 'c'].map(id => scene.line.publish('chat', id, { id }));
  scene.socket.serverSends(published('b'));
  await scene.reconnect();
  assert.deepEqual(publishes(scene.socket), [{ publish: 'chat', data: 'a', id: 'a' }, { publish: 'chat', data: 'c', id: 'c' }]);
  scene.socket.serverSends(published('a'), published('c'));
  for (const promise of promises) assert.ok((await outcome(promise)).value);
});

test('what is published while there is no line waits for one, as it was then', async () => {
  const scene = await Scene.of();
  const data = { n: 1 };
  const promise = scene.line.publish('chat', data, { id: 'a' });
  data.n = 2;
  scene.socket.serverOpens();
  assert.deepEqual(publishes(scene.socket), [], 'not before it is known what the server takes');
  scene.socket.serverSends(WELCOME);
  assert.deepEqual(publishes(scene.socket), [{ publish: 'chat', data: { n: 1 }, id: 'a' }]);
  scene.socket.serverSends(published('a'));
  assert.ok((await outcome(promise)).value);
});

test('only so much is under way that the server never has to hold more than it may', async () => {
  const scene = await Scene.live();
  for (let i = 0; i < 40; i++) scene.line.publish('chat', i, { id: `${i}` });
  assert.equal(publishes(scene.socket).length, 16);
  for (let i = 0; i < 10; i++) scene.socket.serverSends(published(`${i}`));
  assert.equal(publishes(scene.socket).length, 26);
  for (let i = 10; i < 40; i++) scene.socket.serverSends(published(`${i}`));
  assert.deepEqual(publishes(scene.socket).map(({ id }) => id), Array.from({ length: 40 }, (_, i) => `${i}`));
});

test('a large publication is under way alone', async () => {
  const scene = await Scene.live();
  scene.line.publish('chat', 1, { id: 'a' });
  scene.line.publish('chat', 'x'.repeat(30_000), { id: 'b' });
  scene.line.publish('chat', 2, { id: 'c' });
  assert.deepEqual(publishes(scene.socket).map(({ id }) => id), ['a']);
  scene.socket.serverSends(published('a'));
  assert.deepEqual(publishes(scene.socket).map(({ id }) => id), ['a', 'b']);
  scene.socket.serverSends(published('b'));
  assert.deepEqual(publishes(scene.socket).map(({ id }) => id), ['a', 'b', 'c']);
});

test('what is larger than the server takes is not sent', async () => {
  const scene = await Scene.of();
  await scene.goLive({ welcome: { ...WELCOME.welcome, limits: { message: 1_000 } } });
  const base = '{"publish":"chat","data":"","id":"a"}'.length;
  const large = scene.line.publish('chat', '\u20ac'.repeat(Math.floor((1_000 - base) / 3) + 1), { id: 'a' });
  const fits = scene.line.publish('chat', 'x'.repeat(1_000 - base), { id: 'b' });
  assert.equal((await outcome(large)).code, 'limit');
  assert.deepEqual(await outcome(fits), { open: true });
  assert.deepEqual(publishes(scene.socket).map(({ id }) => id), ['b']);
});

test('what the server found too big is not sent again', async () => {
  const scene = await Scene.live();
  const promise = scene.line.publish('chat', 1, { id: 'a' });
  scene.socket.serverCloses(1009);
  assert.equal((await outcome(promise)).code, 1009);
  await scene.clock.advance(scene.detail.delay);
  await scene.goLive();
  assert.deepEqual(publishes(scene.socket), []);
});

test('a line that stays away gives up what waits, and takes nothing until it is wanted again', async () => {
  for (const [code, state] of [[4500, 'replaced'], [4501, 'refused']]) {
    const scene = await Scene.live();
    const promise = scene.line.publish('chat', 1, { id: 'a' });
    scene.socket.serverCloses(code);
    assert.equal((await outcome(promise)).code, state);
    assert.equal((await outcome(scene.line.publish('chat', 1))).code, state);
    scene.line.connect();
    const next = scene.line.publish('chat', 2, { id: 'b' });
    await scene.goLive();
    assert.deepEqual(publishes(scene.socket), [{ publish: 'chat', data: 2, id: 'b' }]);
    scene.socket.serverSends(published('b'));
    assert.ok((await outcome(next)).value);
  }
});

test('a page that closes its line gives up what waits', async () => {
  const scene = await Scene.live();
  const promise = scene.line.publish('chat', 1);
  scene.line.close();
  assert.equal((await outcome(promise)).code, 'closed');
});

test('what is no publication is refused at once', async () => {
  const scene = await Scene.live();
  const circle = {};
  circle.circle = circle;
  for (const args of [['', 1], [7, 1], ['chat', undefined], ['chat', () => {}], ['chat', circle], ['chat', 1, { id: 'a b' }], ['chat', 1, { id: '' }]]) {
    await assert.rejects(scene.line.publish(...args), TypeError);
  }
  assert.deepEqual(publishes(scene.socket), []);
});

test('an id that is under way is not taken twice', async () => {
  const scene = await Scene.live();
  const first = scene.line.publish('chat', 1, { id: 'a' });
  assert.equal((await outcome(scene.line.publish('chat', 2, { id: 'a' }))).code, 'already');
  scene.socket.serverSends(published('a'));
  assert.ok((await outcome(first)).value);
  scene.line.publish('chat', 1, { id: 'a' });
  assert.equal(publishes(scene.socket).length, 2, 'once it is answered it may be sent again');
});

test('not more than some wait', async () => {
  const scene = await Scene.of();
  const all = Array.from({ length: 257 }, (_, i) => scene.line.publish('chat', i));
  assert.equal((await outcome(all[256])).code, 'limit');
  assert.deepEqual(await outcome(all[255]), { open: true });
});

test('over server-sent events nothing can be published', async () => {
  const prepare = scene => { scene.hasEvents = true; };
  const scene = await Scene.of({}, prepare);
  const promise = scene.line.publish('chat', 1);
  for (let i = 0; i < 2; i++) {
    scene.socket.serverRefuses();
    await settle();
    await scene.clock.advance(scene.detail.delay);
  }
  scene.stream.serverOpens();
  scene.stream.serverSends(WELCOME);
  await settle();
  assert.equal(scene.line.transport, 'sse');
  assert.equal((await outcome(promise)).code, 'unsupported');
  assert.equal((await outcome(scene.line.publish('chat', 2))).code, 'unsupported');
});
