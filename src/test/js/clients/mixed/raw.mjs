// Clients of raw text. Their frames have no positions: each loads what it has missed by HTTP, and opens its line at the
// position that this told.
import SockJS from 'sockjs-client';
import { WebSocket } from 'ws';
import { live, offsetOf, told, TRANSPORTS } from './line.mjs';

const PATIENCE = 5_000; // ms

/** A gap is told by the close, which says why; the client loads its state anew. */
function closed(line, { code, reason }, lose) {
  if (line.isOpen && code === 4002 && reason.startsWith('gap:')) lose(reason.split(' ').pop());
  line.over();
}

const webSocket = (door, query = '') => (base, since, line, hear, lose) => {
  const socket = new WebSocket(`${base.replace(/^http/, 'ws')}/${door}?since=${since}${query}`);
  line.with(() => socket.terminate());
  socket.on('error', () => {}); // a close follows
  socket.onclose = event => closed(line, event, lose);
  socket.on('ping', () => line.heard());
  socket.onmessage = ({ data }) => hear(data);
};

const sockJs = transport => (base, since, line, hear, lose) => {
  const socket = new SockJS(`${base}/sockjs/updatewebsocket?since=${since}`, null, { transports: transport });
  line.with(() => socket.close());
  socket.onclose = event => closed(line, event, lose);
  socket.onheartbeat = () => line.heard();
  socket.onmessage = ({ data }) => hear(data);
};

const CLIENTS = {
  raw: webSocket('updatewebsocket'),
  'raw, text beats': webSocket('updatewebsocket', '&beat=1'),
  ...Object.fromEntries(TRANSPORTS.map(transport => [`raw, ${transport}`, sockJs(transport)])),
};

/**
 * Reports all that follows a position, and returns where it ends.
 *
 * @param {string} gap why the client begins anew there; empty if it does not
 */
async function load(name, base, channel, position, gap) {
  for (let more = true; more; ) {
    const url = `${base}/api/history?channel=${channel}&limit=1000&after=${position}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status !== 200) throw new Error(`${answer.status}`);
    const page = await answer.json();
    told(name, 'began', position, page.recovered ? position : page.position, page.gap ?? gap);
    gap = '';
    for (const { offset, position: at, data } of page.publications) told(name, 'push', offset, at, data);
    ({ position, more } = page);
  }
  return position;
}

export function readRaw(base, channel, start) {
  for (const [name, open] of Object.entries(CLIENTS)) {
    let position = start; // the last that HTTP has told
    let gap = ''; // why what it has is not to be used any more
    live(async line => {
      try {
        position = await load(name, base, channel, position, gap);
        gap = '';
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
      }, reason => (gap = reason));
    });
  }
}
