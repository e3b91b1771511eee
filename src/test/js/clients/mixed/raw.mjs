// Clients of raw text. Their frames have no positions: each loads what it has missed by HTTP, and opens its line at the
// position that this told.
import SockJS from 'sockjs-client';
import { WebSocket } from 'ws';
import { live, offsetOf, told, TRANSPORTS } from './line.mjs';

const PATIENCE = 5_000; // ms

const webSocket = (door, query = '') => (base, since, line, hear) => {
  const socket = new WebSocket(`${base.replace(/^http/, 'ws')}/${door}?since=${since}${query}`);
  line.with(() => socket.terminate());
  socket.on('error', () => {}); // a close follows
  socket.onclose = () => line.over();
  socket.on('ping', () => line.heard());
  socket.onmessage = ({ data }) => hear(data);
};

const sockJs = transport => (base, since, line, hear) => {
  const socket = new SockJS(`${base}/sockjs/updatewebsocket?since=${since}`, null, { transports: transport });
  line.with(() => socket.close());
  socket.onclose = () => line.over();
  socket.onheartbeat = () => line.heard();
  socket.onmessage = ({ data }) => hear(data);
};

const CLIENTS = {
  raw: webSocket('updatewebsocket'),
  'raw, text beats': webSocket('updatewebsocket', '&beat=1'),
  ...Object.fromEntries(TRANSPORTS.map(transport => [`raw, ${transport}`, sockJs(transport)])),
};

/** Reports all that follows a position, and returns where it ends. */
async function load(name, base, channel, position) {
  for (let more = true; more; ) {
    const url = `${base}/api/history?channel=${channel}&limit=1000&after=${position}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status !== 200) throw new Error(`${answer.status}`);
    const page = await answer.json();
    told(name, 'began', position, page.recovered ? position : page.position, page.gap ?? '');
    for (const { offset, position: at, data } of page.publications) told(name, 'push', offset, at, data);
    ({ position, more } = page);
  }
  return position;
}

export function readRaw(base, channel, start) {
  for (const [name, open] of Object.entries(CLIENTS)) {
    let position = start; // the last that HTTP has told
    live(async line => {
      try {
        position = await load(name, base, channel, position);
      } catch {
        line.over();
      }
      if (!line.isOpen) return;
      line.heard();
      let offset = offsetOf(position);
      told(name, 'began', position, position, '');
      open(base, position, line, text => {
        if (!line.isOpen) return;
        line.heard();
        if (text !== 'HeartBeat') told(name, 'push', ++offset, '', text);
      });
    });
  }
}
