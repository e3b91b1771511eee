// The heart checks that people use, unmodified, each on each door given, and what each is told: one line per event, its
// fields separated by tabs.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { Phone } from './phone.mjs';

const [server, ...doors] = process.argv.slice(2);
const require = createRequire(import.meta.url);

function told(client, kind, text) {
  console.log([client, kind, text].join('\t'));
}

// Impatient, so that several of their beats are seen. They send `heartbeat`, and close when nothing comes.
const times = { pingTimeout: 300, pongTimeout: 5_000, reconnectTimeout: 300 };

globalThis.WebSocket = WebSocket;
globalThis.window = globalThis; // its bundle asks for it
const { default: WebsocketHeartbeatJs } = require('websocket-heartbeat-js');
for (const door of doors) {
  const client = new WebsocketHeartbeatJs({ url: `${server}/heartline/${door}`, ...times });
  client.onopen = () => told(`page at ${door}`, 'open', '');
  client.onmessage = ({ data }) => told(`page at ${door}`, 'message', data);
  client.onreconnect = () => told(`page at ${door}`, 'lost', '');
}

const file = require.resolve('websocket-heartbeat-miniprogram');
const main = `
  const { default: WebsocketHeartbeat } = require('./heartbeat.js');
  App({
    open: (url, times) => WebsocketHeartbeat({ miniprogram: wx, connectSocketParams: { url }, ...times }),
  });`;
const phone = new Phone(
  { 'app.js': main, 'heartbeat.js': readFileSync(file, 'utf8') },
  { hosts: { 'app.example.com': server } },
);
phone.require('app.js');
for (const door of doors) {
  const client = await phone.app.open(`wss://app.example.com/heartline/${door}`, times);
  client.onMessage = ({ data }) => told(`phone at ${door}`, 'message', data);
  client.onReconnect = () => told(`phone at ${door}`, 'lost', '');
  told(`phone at ${door}`, 'open', '');
}

process.stdin.on('end', () => process.exit()).resume();
