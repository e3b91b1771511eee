import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BEAT, FakeStorage, PROBE, SECOND, Scene, settle } from './testing/fakes.mjs';

for (const event of ['pagehide', 'freeze']) {
  test(`${event} closes the line at once, with what browsers let a page send`, async () => {
    const scene = await Scene.live();
    scene.page.fire(event);
    assert.equal(scene.socket.closedWith.code, 1000);
    assert.equal(scene.line.state, 'waiting');
    scene.page.fire('online');
    await scene.clock.advance(3600 * SECOND);
    assert.equal(scene.sockets.length, 1, 'nothing comes back while nobody can see it');
  });
}

test('neither beforeunload nor unload is listened to: they keep pages out of the back/forward cache', async () => {
  const scene = await Scene.live();
  assert.deepEqual([...scene.page.listeners.keys()].sort(), [
    'freeze',
    'offline',
    'online',
    'pagehide',
    'pageshow',
    'resume',
    'visibilitychange',
  ]);
});

test('a page shown again from the back/forward cache connects at once', async () => {
  const scene = await Scene.live();
  scene.page.fire('pagehide');
  scene.page.fire('freeze');
  scene.page.fire('pageshow', { persisted: true });
  scene.sockets[0].serverCloses(1006); // browsers tell the old end only now
  await scene.goLive();
  assert.equal(scene.sockets.length, 2);
});

test('the first showing of a page changes nothing', async () => {
  const scene = await Scene.of();
  scene.page.fire('pageshow', { persisted: false });
  await settle();
  assert.equal(scene.sockets.length, 1);
  assert.deepEqual(scene.states.map(([state]) => state), ['connecting']);
});

for (const wake of ['resume', 'visible']) {
  test(`a frozen page connects at once on ${wake}`, async () => {
    const scene = await Scene.live();
    scene.page.hide();
    scene.page.fire('freeze');
    if (wake === 'visible') scene.page.show();
    else scene.page.fire('resume');
    await scene.goLive();
    assert.equal(scene.sockets.length, 2);
  });
}

test('hiding a tab keeps its line', async () => {
  const scene = await Scene.live();
  await scene.clock.advance(5 * SECOND);
  scene.page.hide();
  await scene.clock.advance(10 * SECOND);
  assert.equal(scene.sockets.length, 1);
  assert.deepEqual(scene.socket.commandsOf('probe'), []);
});

for (const [name, nudge] of [
  ['online', page => page.fire('online')],
  ['visible', page => page.show()],
  ['resume', page => page.fire('resume')],
  ['pageshow', page => page.fire('pageshow', { persisted: true })],
]) {
  test(`${name} probes a quiet line, and gives it three seconds`, async () => {
    const scene = await Scene.live();
    await scene.clock.advance(1001);
    nudge(scene.page);
    assert.equal(scene.socket.commandsOf('probe').length, 1);
    await scene.clock.advance(3 * SECOND - 1);
    assert.equal(scene.sockets.length, 1);
    await scene.clock.advance(1);
    assert.equal(scene.sockets.length, 2);
  });

  test(`${name} leaves a line in peace that was heard within a second`, async () => {
    const scene = await Scene.live();
    await scene.clock.advance(1000);
    nudge(scene.page);
    assert.equal(scene.socket.commandsOf('probe').length, 0);
  });

  test(`${name} ends the wait of a line that is down`, async () => {
    const scene = await Scene.live({}, scene => (scene.random = 1));
    scene.socket.serverCloses(1006);
    nudge(scene.page);
    await settle();
    assert.equal(scene.sockets.length, 2);
  });
}

test('an answer to the probe of a nudge keeps the line', async () => {
  const scene = await Scene.live();
  await scene.clock.advance(2 * SECOND);
  scene.page.fire('online');
  scene.socket.serverSends({ probed: 1 });
  await scene.clock.advance(BEAT);
  assert.equal(scene.sockets.length, 1);
});

test('nudges within one second are one', async () => {
  const scene = await Scene.live({}, scene => (scene.random = 1));
  scene.socket.serverCloses(1006);
  scene.page.fire('online');
  await settle();
  scene.socket.serverRefuses();
  scene.page.show();
  scene.page.fire('resume');
  await settle();
  assert.equal(scene.sockets.length, 2);
  await scene.clock.advance(1 * SECOND);
  scene.page.show();
  await settle();
  assert.equal(scene.sockets.length, 3);
});

test('a nudge while connecting opens no second socket', async () => {
  const scene = await Scene.of();
  scene.page.fire('online');
  scene.page.show();
  await settle();
  assert.equal(scene.sockets.length, 1);
});

test('offline is no proof: the line is probed, and closed only if nothing answers', async () => {
  const scene = await Scene.live();
  scene.page.fire('offline');
  assert.equal(scene.socket.alive, true);
  assert.equal(scene.socket.commandsOf('probe').length, 1);
  await scene.clock.advance(PROBE - 1);
  assert.equal(scene.sockets.length, 1);
  await scene.clock.advance(1);
  assert.equal(scene.sockets.length, 2);
});

test('offline while down or connecting changes nothing', async () => {
  const scene = await Scene.of();
  scene.page.fire('offline');
  scene.socket.serverRefuses();
  scene.page.fire('offline');
  assert.equal(scene.line.state, 'waiting');
});

test('a page hidden away while it waits for a token opens nothing', async () => {
  let give;
  const scene = await Scene.of({ token: () => new Promise(resolve => (give = resolve)) });
  scene.page.fire('pagehide');
  give('late');
  await settle();
  assert.equal(scene.sockets.length, 0);
});

// ---- the name of the tab

test('a reload keeps the instance', async () => {
  const scene = await Scene.live();
  const { instance } = scene.line;
  scene.page.fire('pagehide');
  const reloaded = await Scene.live({}, next => (next.storage = scene.storage));
  assert.equal(reloaded.line.instance, instance);
  assert.equal(reloaded.hello.instance, instance);
});

test('a reconnect keeps the instance', async () => {
  const scene = await Scene.live();
  const { instance } = scene.hello;
  await scene.reconnect();
  assert.equal(scene.hello.instance, instance);
});

test('a duplicated tab takes a new instance', async () => {
  const scene = await Scene.live();
  const copy = await Scene.live({}, next => (next.storage = scene.storage.copy()));
  assert.notEqual(copy.line.instance, scene.line.instance);
});

test('a tab duplicated after a visit to the back/forward cache takes a new instance', async () => {
  const scene = await Scene.live();
  scene.page.fire('pagehide');
  scene.page.fire('pageshow', { persisted: true });
  const { instance } = scene.line;
  const copy = await Scene.live({}, next => (next.storage = scene.storage.copy()));
  assert.notEqual(copy.line.instance, instance);
});

test('a frozen tab keeps its instance to itself', async () => {
  const scene = await Scene.live();
  scene.page.fire('freeze');
  const copy = await Scene.live({}, next => (next.storage = scene.storage.copy()));
  assert.notEqual(copy.line.instance, scene.line.instance);
});

test('an object made after close() goes on with the instance', async () => {
  const scene = await Scene.live();
  scene.line.close();
  assert.equal(scene.open().instance, scene.line.instance);
});

test('two lines of one page have two instances', async () => {
  const scene = await Scene.live();
  const other = await Scene.live({}, next => (next.storage = scene.storage));
  assert.notEqual(other.line.instance, scene.line.instance);
});

test('lines of different doors keep their own instances over a reload', async () => {
  const storage = new FakeStorage();
  const prepare = next => (next.storage = storage);
  const [a, b] = [await Scene.live({ url: 'ws://h/a/line' }, prepare), await Scene.live({ url: 'ws://h/b/line' }, prepare)];
  for (const scene of [a, b]) scene.page.fire('pagehide');
  assert.equal((await Scene.live({ url: 'ws://h/b/line' }, prepare)).line.instance, b.line.instance);
  assert.equal((await Scene.live({ url: 'ws://h/a/line' }, prepare)).line.instance, a.line.instance);
});

test('forbidden storage costs nothing but the name over a reload', async () => {
  const forbidden = () => {
    throw new DOMException('forbidden', 'SecurityError');
  };
  const scene = await Scene.live({ storage: { getItem: forbidden, setItem: forbidden, removeItem: forbidden } });
  scene.page.fire('pagehide');
  scene.page.fire('pageshow', { persisted: true });
  await scene.goLive();
});
