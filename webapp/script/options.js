import { browser, browserEvents, browserStorage } from './browser.js';

const CONNECT = 10_000; // from the constructor to the welcome; browsers wait 20 to 240 s

/** @returns {object} the page's options, and the browser's where it gave none */
export function completed(options) {
  const complete = {
    connectTimeout: CONNECT,
    WebSocket: browser.WebSocket,
    EventSource: browser.EventSource,
    fetch: browser.fetch,
    env: browserEvents(),
    storage: browserStorage(),
    location: browser.location,
    random: Math.random,
    ...options,
  };
  if (!complete.WebSocket) throw new TypeError('no WebSocket here: pass options.WebSocket');
  return complete;
}
