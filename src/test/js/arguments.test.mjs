import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Heartline, heartCheck } from './testing/script.mjs';
import { FakePage, FakeSocket, Scene, push, settle } from './testing/fakes.mjs';

const nothing = () => {};
const words = (fn, type = TypeError) => {
  try {
    fn();
  } catch (error) {
    assert.ok(error instanceof type, `${error}`);
    return error.message;
  }
  return assert.fail('nothing was thrown');
};

// ---- what subscribe() takes

for (const [what, start] of [
  ['null', null],
  ['undefined', undefined],
  ['after: null, as localStorage answers', { after: null }],
  ['last: null', { last: null }],
  ['token: null', { token: null }],
  ['all three undefined', { after: undefined, last: undefined, token: undefined }],
]) {
  test(`a subscription that begins with ${what} begins from now, and the line lives`, async () => {
    const scene = await Scene.live();
    scene.line.subscribe('orders', nothing, start);
    assert.deepEqual(scene.socket.commandsOf('subscribe'), [{ subscribe: 'orders' }]);
    assert.equal(scene.line.state, 'live');
  });
}

for (const [start, message] of [
  [{ last: 10n }, 'last must be a whole number, 0 or more: 10n'],
  [{ last: -1 }, 'last must be a whole number, 0 or more: -1'],
  [{ last: 1.5 }, 'last must be a whole number, 0 or more: 1.5'],
  [{ last: '5' }, "last must be a whole number, 0 or more: '5'"],
  [{ last: NaN }, 'last must be a whole number, 0 or more: NaN'],
  [{ after: 7 }, 'after must be a position: 7'],
  [{ after: '' }, "after must be a position: ''"],
  [{ after: 'e:1:ü' }, "after must be a position: 'e:1:ü'"],
  [{ after: 'x'.repeat(81) }, `after must be a position: '${'x'.repeat(81)}'`],
  [{ token: 7 }, 'token must be a text, or a function that fetches one: 7'],
  [{ from: 'e:1:t' }, 'start may be after, last, token, signal: from'],
  ['e:1:t', 'start must be an object: e:1:t'],
]) {
  test(`subscribe() refuses ${typeof start === 'string' ? start : Object.keys(start)}: ${message.slice(0, 60)}`, async () => {
    const scene = await Scene.live();
    assert.equal(words(() => scene.line.subscribe('orders', nothing, start)), message);
    assert.deepEqual(scene.socket.commandsOf('subscribe'), []);
    await settle();
    assert.equal(scene.line.state, 'live');
  });
}

for (const [name, message] of [
  ['public:März', /^channel may contain A-Z a-z 0-9 _ \. : # \/ - only, channelPart\(\) writes other texts so: public:März$/],
  ['a,b', /only, .*: a,b$/],
  ['a b', /only, .*: a b$/],
  ['', /^channel must be a name: $/],
  [undefined, /^channel must be a name: undefined$/],
  [Symbol('a'), /^channel must be a name: Symbol\(a\)$/],
  ['x'.repeat(256), /^channel may have 255 characters: 256$/],
]) {
  test(`a channel cannot be called ${String(name).slice(0, 20)}, and the line lives`, async () => {
    const scene = await Scene.live();
    assert.match(words(() => scene.line.subscribe(name, nothing)), message);
    assert.match(words(() => scene.line.presence(name)), message);
    await settle();
    assert.equal(scene.line.state, 'live');
    assert.deepEqual(scene.socket.commandsOf('subscribe'), []);
  });
}

test('a presence needs room in the name for what it adds', async () => {
  const scene = await Scene.live();
  assert.match(words(() => scene.line.presence('x'.repeat(250))), /^the channel of a presence may have 255 characters: 259$/);
});

test('any text becomes a part of a name as the server writes it', () => {
  for (const [text, part] of [
    ['ann', 'ann'],
    ['ann@example.com', 'ann#40example.com'],
    ['März', 'M#C3#A4rz'],
    ['a:b#c/d', 'a#3Ab#23c/d'],
    ["100% (it's) *~!", '100#25#20#28it#27s#29#20#2A#7E#21'],
    ['日本', '#E6#97#A5#E6#9C#AC'],
    ['😀', '#F0#9F#98#80'],
    ['-_.09AZ', '-_.09AZ'],
  ]) {
    assert.equal(Heartline.channelPart(text), part);
  }
  assert.equal(Heartline.userChannel('org:ann@example.com'), 'user:org:ann#40example.com');
});

test('a part that the server would hash is refused, since a page cannot make it', () => {
  assert.equal(Heartline.channelPart('x'.repeat(250)).length, 250);
  assert.match(words(() => Heartline.channelPart('x'.repeat(251)), RangeError), /^a name may have 250 characters, .*: 251 of x/);
  assert.match(words(() => Heartline.userChannel('日'.repeat(28)), RangeError), /^a name may have 255 characters, .*: 257 of 日/);
  assert.match(words(() => Heartline.channelPart('')), /^a part of a name must be a text that is not empty: $/);
  assert.match(words(() => Heartline.channelPart('\ud800'), URIError), /./);
});

test('what a token function brings must be a text', async () => {
  const scene = await Scene.of({ token: () => 42 });
  await settle();
  assert.deepEqual(scene.errors, [{ code: 'token', message: 'no token: it must be a text: 42' }]);
  assert.equal(scene.line.state, 'waiting');
});

test("what a channel's token function brings must be a text", async () => {
  const scene = await Scene.live();
  scene.line.subscribe('orders', nothing, { token: () => ({ token: 'x' }) });
  await settle();
  assert.deepEqual(scene.errors, [{ code: 'token', message: 'no token: it must be a text: [object Object]', about: 'orders' }]);
  assert.deepEqual(scene.socket.commandsOf('subscribe'), []);
});

test('publish() takes null for no options', async () => {
  const scene = await Scene.live();
  scene.line.publish('chat', 1, null);
  scene.line.publish('chat', 2, { id: null });
  assert.deepEqual(scene.socket.commandsOf('publish').map(({ data }) => data), [1, 2]);
});

// ---- options of the line

for (const [options, message] of [
  [{ conectTimeout: 1 }, /^options may be .*\btoken, connectTimeout\b.*: conectTimeout$/],
  [{ connectTimeout: '10' }, /^connectTimeout must be a time in ms, more than 0: '10'$/],
  [{ connectTimeout: 0 }, /^connectTimeout must be a time in ms, more than 0: 0$/],
  [{ connectTimeout: Infinity }, /^connectTimeout must be a time in ms, more than 0: Infinity$/],
  [{ token: Promise.resolve('x') }, /^token must be a text, or a function that fetches one: \[object Promise\]$/],
  [{ events: false }, /^events must be an address, or null for none: false$/],
  [{ fetch: {} }, /^fetch must be a function, or null for none: \[object Object\]$/],
  [{ env: {} }, /^env must be an EventTarget, or null for none: /],
  [{ storage: 'local' }, /^storage must be a Storage, or null for none: 'local'$/],
  [{ WebSocket: null }, /^no WebSocket here: pass options\.WebSocket$/],
  ['token', /^options must be an object: token$/],
]) {
  test(`the line refuses ${JSON.stringify(options)}`, () => {
    const given = typeof options === 'string' ? options : { WebSocket: FakeSocket, ...options };
    assert.match(words(() => new Heartline('ws://host/line', given)), message);
  });
}

test('an option that is undefined is one that was not given', async () => {
  const scene = await Scene.of({ connectTimeout: undefined, token: undefined, whoami: undefined, events: undefined });
  await scene.clock.advance(10_001);
  assert.equal(scene.line.state, 'waiting');
  assert.match(scene.detail.why, /no welcome within 10000 ms|proxy/);
});

test('the heart check refuses what it does not know, and times that are none', () => {
  const socket = new FakeSocket('ws://host');
  assert.match(words(() => heartCheck(socket, { interval: 5 })), /^options may be .*\bbeat, grace, message, onDead, reconnect: interval$/);
  assert.match(words(() => heartCheck(socket, { beat: -5 })), /^beat must be a time in ms, more than 0: -5$/);
  assert.match(words(() => heartCheck(null)), /^webSocket must be one, or a function that finds one: null$/);
});

// ---- events

test('an event that does not exist is refused, with those that do', async () => {
  const scene = await Scene.live();
  const orders = scene.line.subscribe('orders', nothing);
  assert.equal(words(() => scene.line.on('message', nothing)), 'event must be one of state, beat, error, expiring: message');
  assert.equal(words(() => orders.on('Gap', nothing)), 'event must be one of subscribed, gap, unsubscribed, error: Gap');
  const room = scene.line.presence('room');
  assert.equal(words(() => room.on('joined', nothing)), 'event must be one of change, error: joined');
});

test('listeners hear the states in order, also those that a listener before them brings about', async () => {
  const heard = [];
  const scene = await Scene.of({}, scene => (scene.random = 0));
  scene.line.on('state', state => state === 'live' && scene.line.close());
  scene.line.on('state', state => heard.push(state));
  await scene.clock.advance(0);
  scene.socket.serverOpens();
  scene.socket.serverSends({ welcome: { user: 'ann' } });
  assert.equal(scene.line.state, 'closed');
  assert.deepEqual(heard, ['live', 'closed']);
});

test('a listener that another one has taken off hears nothing more', async () => {
  const scene = await Scene.live();
  const heard = [];
  let off = nothing;
  scene.line.on('state', () => off());
  off = scene.line.on('state', state => heard.push(state));
  scene.socket.serverCloses(1006);
  assert.deepEqual(heard, []);
});

// ---- joining a channel that is read already

test('the second subscriber of a channel hears that it is subscribed, and that it joined', async () => {
  const scene = await Scene.live();
  scene.line.subscribe('orders', nothing);
  scene.socket.serverSends({ subscribed: 'orders', position: 'e:4:t', recovered: true }, push('orders', 5, 'a', 'e:5:t'));
  const heard = [];
  const second = scene.line.subscribe('orders', data => heard.push(data), { after: 'e:1:t' });
  second.on('subscribed', about => heard.push(about));
  await settle();
  scene.socket.serverSends(push('orders', 6, 'b', 'e:6:t'));
  assert.deepEqual(heard, [{ position: 'e:5:t', recovered: true, joined: true }, 'b']);
});

test('a second subscriber that leaves at once hears nothing, and one before the answer hears it once', async () => {
  const scene = await Scene.live();
  scene.line.subscribe('orders', nothing);
  const heard = [];
  scene.line.subscribe('orders', nothing).on('subscribed', ({ joined }) => heard.push(joined));
  await settle();
  scene.socket.serverSends({ subscribed: 'orders', position: 'e:4:t', recovered: true });
  const third = scene.line.subscribe('orders', nothing);
  third.on('subscribed', () => heard.push('left'));
  third.unsubscribe();
  await settle();
  assert.deepEqual(heard, [undefined]);
});

// ---- where relative addresses lead

/** Takes the place of what a browser offers, for the time of `fn`. */
function inPlace({ document, location }, fn) {
  const before = ['document', 'location'].map(name => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  Object.defineProperty(globalThis, 'document', { value: document, configurable: true, writable: true });
  Object.defineProperty(globalThis, 'location', { value: location, configurable: true, writable: true });
  try {
    return fn();
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete globalThis[name];
    }
  }
}

async function dialled(url, place) {
  const scene = new Scene();
  inPlace(place, () => (scene.line = scene.open({ url })));
  await settle();
  const { url: dialledUrl } = scene.socket;
  scene.line.close();
  return dialledUrl;
}

test('a relative address goes by the base of the page, not by its location', async () => {
  const place = { document: { baseURI: 'https://app.example.com/shop/' }, location: { href: 'https://app.example.com/shop/deep/page.html' } };
  assert.equal(await dialled('line', place), 'wss://app.example.com/shop/line');
});

test('a frame made by srcdoc dials the host of its creator', async () => {
  const place = { document: { baseURI: 'https://app.example.com/a.html' }, location: { href: 'about:srcdoc' } };
  assert.equal(await dialled('/heartline/line', place), 'wss://app.example.com/heartline/line');
});

test('a worker made from a blob dials the host of its creator', async () => {
  const place = { document: undefined, location: { href: 'blob:https://app.example.com/0b2f-11' } };
  assert.equal(await dialled('/heartline/line', place), 'wss://app.example.com/heartline/line');
});

test('where nothing tells the host, the error says so', () => {
  const place = { document: undefined, location: undefined };
  const open = () => inPlace(place, () => new Heartline('/heartline/line', { WebSocket: FakeSocket }));
  assert.equal(words(open), 'the address must be whole, or relative to that of a page: /heartline/line at no page');
});

// ---- connect() and a page that is put away

for (const [type, back] of [['pagehide', 'pageshow'], ['freeze', 'resume']]) {
  test(`connect() after ${type} waits for ${back}`, async () => {
    const scene = await Scene.live();
    scene.page.fire(type);
    scene.line.connect();
    await scene.clock.advance(60_000);
    assert.equal(scene.sockets.length, 1, 'nothing is dialled');
    assert.equal(scene.line.state, 'waiting');
    scene.page.fire(back);
    await scene.goLive();
    assert.equal(scene.sockets.length, 2);
  });

  test(`connect() of a refused line after ${type} waits for ${back}`, async () => {
    const scene = await Scene.live();
    scene.socket.serverCloses(4503);
    scene.page.fire(type);
    scene.line.connect();
    await scene.clock.advance(60_000);
    assert.equal(scene.sockets.length, 1, 'nothing is dialled');
    assert.equal(scene.line.state, 'waiting');
    scene.page.fire(back);
    await scene.goLive();
  });

  test(`a refused line stays refused over ${type} and ${back}`, async () => {
    const scene = await Scene.live();
    scene.socket.serverCloses(4503);
    scene.page.fire(type);
    scene.page.fire(back);
    await scene.clock.advance(60_000);
    assert.equal(scene.line.state, 'refused');
    scene.line.connect();
    await scene.goLive();
  });
}

test('a listener that connects whenever the line waits opens nothing in a page that is put away', async () => {
  const scene = await Scene.live();
  scene.line.on('state', state => state === 'waiting' && scene.line.connect());
  scene.page.fire('pagehide');
  await scene.clock.advance(60_000);
  assert.equal(scene.sockets.length, 1);
});

test('a line that was closed while the page was away can be connected: nobody tells it when the page is back', async () => {
  const scene = await Scene.live({ env: new FakePage() });
  scene.line.hide();
  scene.line.close();
  scene.line.connect();
  await scene.goLive();
});
