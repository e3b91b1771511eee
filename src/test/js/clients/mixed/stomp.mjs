// Clients of STOMP, on WebSockets and on each transport of SockJS, with a library and without. Each resumes with the
// position of its last message. Each sends, too: one message after the other, and asks for receipts.
import SockJS from 'sockjs-client';
import { Client } from '@stomp/stompjs';
import stompjs from 'stompjs/lib/stomp.js';
import { WebSocket } from 'ws';
import { live, offsetOf, random, told, TRANSPORTS } from './line.mjs';

const PATIENCE = 5_000; // ms
const BEAT = 1_000; // ms

const senders = [];

const ESCAPED = { '\\c': ':', '\\n': '\n', '\\r': '\r', '\\\\': '\\' };
const unescaped = text => text.replace(/\\./g, found => ESCAPED[found]);

/** Where a client reads, as its messages say. stompjs 2 leaves headers escaped, and sends them back as they are. */
class Reader {
  #name;
  #position;

  constructor(name, start) {
    this.#name = name;
    this.#position = start;
  }

  /** @returns {object} headers of its next subscription */
  begin() {
    const position = unescaped(this.#position);
    told(this.#name, 'began', position, position, '');
    return { after: this.#position };
  }

  hear({ position: written, gap }, body) {
    this.#position = written;
    const position = unescaped(written);
    if (gap) told(this.#name, 'gap', position, gap);
    else told(this.#name, 'push', offsetOf(position), position, body);
  }
}

/** What a client sends. When its line ends nobody knows what became of its last message, and it sends another. */
class Sender {
  #name;
  #lines = 0;
  #sent = 0;
  #value = null; // which has no receipt yet
  #timer;
  #send = null; // null while there is no line
  #isEnough = false;

  constructor(name) {
    this.#name = name;
    senders.push(this);
  }

  /** @param {function(string, string)} send a value, with the receipt to ask for */
  begin(send) {
    this.end();
    this.#lines++;
    this.#send = send;
    this.#next();
  }

  #next() {
    clearTimeout(this.#timer);
    if (this.#isEnough) told(this.#name, 'quiet');
    else this.#timer = setTimeout(() => this.#sendOne(), 20 + random(200));
  }

  #sendOne() {
    this.#value = `${this.#name}-${++this.#sent}`;
    this.#send(this.#value, `r${this.#sent}`);
  }

  receipt(id) {
    if (this.#value === null || id !== `r${this.#sent}`) return;
    told(this.#name, 'sent', this.#lines, this.#value, 'taken');
    this.#value = null;
    this.#next();
  }

  /** The line has ended. */
  end() {
    clearTimeout(this.#timer);
    this.#send = null;
    if (this.#value === null) return;
    told(this.#name, 'sent', this.#lines, this.#value, 'unknown');
    this.#value = null;
    if (this.#isEnough) told(this.#name, 'quiet');
  }

  enough() {
    this.#isEnough = true;
    if (this.#value === null) {
      clearTimeout(this.#timer);
      told(this.#name, 'quiet');
    }
  }
}

/** Nobody sends any more, but for what is under way. */
export function enough() {
  senders.forEach(sender => sender.enough());
}

/** @param {function(): object} socket a WebSocket, or what looks like one */
function newer(name, socket, { topic, start, destination }) {
  const reader = new Reader(name, start);
  const sender = new Sender(name);
  const client = new Client({
    webSocketFactory: socket,
    heartbeatIncoming: BEAT,
    heartbeatOutgoing: BEAT,
    reconnectDelay: 200,
    connectionTimeout: PATIENCE,
    discardWebsocketOnCommFailure: true, // a silent network tells nobody that a socket is closed
    onConnect() {
      client.subscribe(topic, ({ headers, body }) => reader.hear(headers, body), reader.begin());
      sender.begin((body, receipt) => {
        client.watchForReceipt(receipt, () => sender.receipt(receipt));
        client.publish({ destination, body, headers: { receipt } });
      });
    },
    onWebSocketClose: () => sender.end(),
  });
  client.activate();
}

/** Coming back is the page's own work here. */
function older(name, socket, { topic, start, destination }) {
  const reader = new Reader(name, start);
  const sender = new Sender(name);
  live(line => {
    const opened = socket();
    const client = stompjs.Stomp.over(opened);
    line.with(() => sender.end());
    line.with(() => (opened.terminate ? opened.terminate() : opened.close()));
    client.debug = said => said.startsWith('<<< ') && line.heard();
    client.heartbeat.incoming = BEAT;
    client.heartbeat.outgoing = BEAT;
    const connected = () => {
      if (!line.isOpen) return;
      client.onreceipt = ({ headers }) => sender.receipt(headers['receipt-id']);
      const hear = ({ headers, body }) => line.isOpen && reader.hear(headers, body);
      client.subscribe(topic, hear, reader.begin());
      sender.begin((body, receipt) => client.send(destination, { receipt }, body));
    };
    client.connect({}, connected, () => line.over());
  });
}

/** A frame without NUL in its body. */
function parsed(text) {
  const [head, ...body] = text.replace(/^\n+/, '').split('\n\n');
  const [command, ...lines] = head.split('\n');
  const pairs = lines.map(line => line.split(':').map(unescaped));
  return { command, headers: Object.fromEntries(pairs), body: body.join('\n\n') };
}

/** No library at all. */
function own(name, url, { topic, start, destination }) {
  const reader = new Reader(name, start);
  const sender = new Sender(name);
  live(line => {
    const socket = new WebSocket(url, 'v12.stomp');
    line.with(() => sender.end());
    line.with(() => socket.terminate());
    const say = (command, headers, body = '') => {
      const lines = Object.entries(headers).map(([key, value]) => `${key}:${String(value).replace(/:/g, '\\c')}`);
      if (line.isOpen) socket.send([command, ...lines, '', body].join('\n') + '\0');
    };
    const handle = ({ command, headers, body }) => {
      if (command === 'CONNECTED') {
        say('SUBSCRIBE', { id: 1, destination: topic, ...reader.begin() });
        sender.begin((value, receipt) => say('SEND', { destination, receipt }, value));
      } else if (command === 'RECEIPT') {
        sender.receipt(headers['receipt-id']);
      } else if (command === 'MESSAGE') {
        reader.hear(headers, body);
      }
    };
    socket.onopen = () => {
      // The headers of CONNECT are not escaped.
      socket.send(`CONNECT\naccept-version:1.2\nhost:x\nheart-beat:${BEAT},${BEAT}\n\n\0`);
      const beats = setInterval(() => socket.send('\n'), BEAT);
      line.with(() => clearInterval(beats));
    };
    socket.onmessage = ({ data }) => {
      if (!line.isOpen) return;
      line.heard();
      data.split('\0').filter(text => text.trim()).map(parsed).forEach(handle);
    };
    socket.on('error', () => {}); // a close follows
    socket.onclose = () => line.over();
  });
}

export function speakStomp(base, channel, start, destination) {
  // stompjs 2 takes its timers from a browser's window.
  stompjs.Stomp.setInterval = (millis, task) => setInterval(task, millis);
  stompjs.Stomp.clearInterval = clearInterval;
  const url = `${base.replace(/^http/, 'ws')}/stomp`;
  const all = { topic: `/topic/${channel}`, start, destination };
  const webSocket = () => {
    const socket = new WebSocket(url, ['v12.stomp', 'v11.stomp', 'v10.stomp']);
    socket.on('error', () => {}); // a close follows
    return socket;
  };
  own('stomp', url, all);
  newer('stompjs 7', webSocket, all);
  older('stompjs 2', webSocket, all);
  for (const transport of TRANSPORTS) {
    const sockJs = () => new SockJS(`${base}/sockjs`, null, { transports: transport });
    newer(`stompjs 7, ${transport}`, sockJs, all);
    older(`stompjs 2, ${transport}`, sockJs, all);
  }
}
