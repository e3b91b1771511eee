// Starts SockJS clients on each transport that there is in node, bare and with STOMP inside, and prints what each is told:
// one line per event, its fields separated by tabs. Each comes back when its line ends; those of STOMP with the position
// of their last message.
import SockJS from 'sockjs-client';
import { Client } from '@stomp/stompjs';
import stompjs from 'stompjs/lib/stomp.js';

const TRANSPORTS = ['websocket', 'xhr-streaming', 'eventsource', 'xhr-polling'];

// Streams of this client's node version hang when their connection is cut, and nobody but STOMP's beats notices: the bare
// ones are elsewhere.
const [base, bareUrl, topic, destination] = process.argv.slice(2);

function told(client, kind, text) {
  console.log([client, kind, text].join('\t'));
}

function bare(transport) {
  const name = `bare, ${transport}`;
  const socket = new SockJS(bareUrl, null, { transports: transport });
  socket.onopen = () => told(name, 'open', socket.transport);
  socket.onheartbeat = () => told(name, 'beat', '');
  socket.onmessage = ({ data }) => told(name, 'message', data);
  socket.onclose = ({ code, reason }) => setTimeout(bare, 200, transport, told(name, 'closed', `${code} ${reason}`));
}

/** What a client of STOMP hears, and where it would resume. */
function listener(name) {
  let position;
  return {
    headers: () => (position ? { after: position } : {}),
    hear({ headers, body }) {
      position = headers.position;
      told(name, headers.gap ? 'gap' : 'message', headers.gap ?? body);
    },
  };
}

const isBeat = line => line === '<<< PONG';

function newer(transport) {
  const name = `stompjs 7, ${transport}`;
  const { headers, hear } = listener(name);
  let greeted = false;
  const client = new Client({
    webSocketFactory: () => new SockJS(`${base}/sockjs`, null, { transports: transport }),
    heartbeatIncoming: 1000,
    heartbeatOutgoing: 1000,
    reconnectDelay: 200,
    debug: line => isBeat(line) && told(name, 'beat', ''),
    onConnect() {
      client.watchForReceipt('there', () => told(name, 'open', transport));
      client.subscribe(topic, hear, { ...headers(), receipt: 'there' });
      if (!greeted) client.publish({ destination, body: JSON.stringify({ sender: name }) });
      greeted = true;
    },
    onStompError: frame => told(name, 'error', frame.headers.message),
  });
  client.activate();
}

function older(transport) {
  const name = `stompjs 2, ${transport}`;
  const { headers, hear } = listener(name);
  let greeted = false;
  const connect = () => {
    const client = stompjs.Stomp.over(new SockJS(`${base}/sockjs`, null, { transports: transport }));
    client.debug = line => isBeat(line) && told(name, 'beat', '');
    client.heartbeat.incoming = 1000;
    client.heartbeat.outgoing = 1000;
    client.connect({ Authorization: '' }, () => {
      client.onreceipt = () => told(name, 'open', transport);
      client.subscribe(topic, hear, { ...headers(), receipt: 'there' });
      if (!greeted) client.send(destination, {}, JSON.stringify({ sender: name }));
      greeted = true;
    }, error => setTimeout(connect, 200, told(name, 'closed', String(error).split('\n')[0])));
  };
  connect();
}

// stompjs 2 takes its timers from a browser's window.
stompjs.Stomp.setInterval = (millis, task) => setInterval(task, millis);
stompjs.Stomp.clearInterval = clearInterval;
for (const transport of TRANSPORTS) {
  bare(transport);
  newer(transport);
  older(transport);
}

process.stdin.on('end', () => process.exit()).resume();
