import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SECOND, Scene, push, settle } from './testing/fakes.mjs';

/** A live line whose page watches `chat`; `answers` are what the server says to the question who is here, in turn. */
async function watching(answers, options = {}) {
  const asked = [];
  const fetch = async (url, request) => {
    if (!url.includes('presence')) return { status: 503, headers: new Headers() };
    asked.push([url, request.headers]);
    const [status, body] = answers.shift();
    return { status, json: async () => body };
  };
  const scene = await Scene.live({ fetch, ...options });
  const presence = scene.line.presence('chat');
  const changes = [];
  const errors = [];
  presence.on('change', change => changes.push([change, [...presence.users], presence.count]));
  presence.on('error', error => errors.push(error));
  await settle();
  return { scene, presence, asked, changes, errors };
}

const ANN = [200, { users: ['ann'], count: 1, position: 'e:5:t' }];
const told = (offset, data) => push('chat#presence', offset, data, `e:${offset}:t`);
const begun = { subscribed: 'chat#presence', position: 'e:5:t', recovered: true };

test('who is here is asked first, then followed from that answer on', async () => {
  const { scene, asked, changes } = await watching([ANN], { token: 'secret' });
  assert.match(asked[0][0], /^https?:.*\/api\/presence\?channel=chat$/);
  assert.deepEqual(asked[0][1], { Authorization: 'Bearer secret' });
  assert.deepEqual(scene.socket.commandsOf('subscribe').at(-1), { subscribe: 'chat#presence', after: 'e:5:t' });
  scene.socket.serverSends(begun, told(6, { join: ['bob', 'eve'], leave: ['ann'], count: 2 }));
  assert.deepEqual(changes, [
    [{ joined: ['ann'], left: [] }, ['ann'], 1],
    [{ joined: ['bob', 'eve'], left: ['ann'] }, ['bob', 'eve'], 2],
  ]);
});

test('what names all replaces what was known; no change is no news', async () => {
  const { scene, changes } = await watching([ANN]);
  scene.socket.serverSends(begun, told(6, { here: ['bob'], count: 1 }), told(7, { here: ['bob'], count: 1 }));
  assert.equal(changes.length, 2);
  assert.deepEqual(changes[1], [{ joined: ['bob'], left: ['ann'] }, ['bob'], 1]);
});

test('after a gap it is asked again', async () => {
  const { scene, asked, changes } = await watching([ANN, [200, { users: ['bob'], count: 1, position: 'f:0:t' }]]);
  scene.socket.serverSends(begun, { gap: 'chat#presence', position: 'f:0:t', reason: 'epoch' });
  await scene.clock.advance(1);
  assert.equal(asked.length, 2);
  assert.deepEqual(changes.at(-1)[1], ['bob']);
});

test('a question that fails is asked again, later each time; a forbidden one is not', async () => {
  const { scene, asked, errors } = await watching([[503], [503], ANN]);
  await scene.clock.advance(SECOND);
  assert.equal(asked.length, 2);
  await scene.clock.advance(SECOND);
  assert.equal(asked.length, 2);
  await scene.clock.advance(SECOND);
  assert.equal(asked.length, 3);
  assert.equal(errors.length, 2);

  const forbidden = await watching([[403]]);
  await forbidden.scene.clock.advance(120 * SECOND);
  assert.equal(forbidden.asked.length, 1);
  assert.deepEqual(forbidden.errors, [{ code: 'forbidden', message: 'who is in chat is not told: 403' }]);
});

test('a page that watches no longer leaves nothing behind', async () => {
  const { scene, presence } = await watching([[503], ANN]);
  presence.unsubscribe();
  const armed = scene.clock.armed;
  await scene.clock.advance(5 * SECOND);
  assert.deepEqual(scene.socket.commandsOf('subscribe'), []);
  assert.ok(armed <= scene.clock.armed + 1);
});
