// Pages whose WebSockets are refused while HTTP works, so that they go by server-sent events.
import assert from 'node:assert/strict';
import { Scene, WELCOME, settle } from './fakes.mjs';

export const withEvents = scene => (scene.hasEvents = true);

/** Lets the present WebSocket fail before it opens, and the wait behind it pass. */
export async function refuse(scene) {
  scene.socket.serverRefuses();
  await settle();
  await scene.clock.advance(scene.detail.delay);
}

/** @returns {Promise<Scene>} a page whose WebSockets are refused while HTTP works, at its first event stream */
export async function diverted(options, subscribe = () => {}) {
  const scene = await Scene.of(options, withEvents);
  subscribe(scene);
  await refuse(scene);
  await refuse(scene);
  assert.equal(scene.streams.length, 1);
  return scene;
}

export async function welcome(scene, ...objects) {
  scene.stream.serverOpens();
  scene.stream.serverSends(WELCOME, ...objects);
  await settle();
  assert.equal(scene.line.state, 'live');
}

export const subscribed = (channel, position, rest = { recovered: true }) => ({ subscribed: channel, position, ...rest });

/** @returns {Promise<Scene>} a page that reads `orders` by events, from e:10:t on; what it saw is in scene.seen */
export async function reading() {
  const seen = [];
  const gaps = [];
  let orders;
  const scene = await diverted({}, scene => {
    orders = scene.line.subscribe('orders', (data, { offset }) => seen.push(`${offset}${data}`), { after: 'e:10:t' });
    orders.on('gap', ({ reason }) => gaps.push(reason));
  });
  await welcome(scene, subscribed('orders', 'e:10:t'));
  return Object.assign(scene, { seen, gaps, orders });
}
