// Starts each STOMP client that people use, and prints what each is told: one line per event, its fields separated by
// tabs. Each subscribes, says that it is there, and comes back with the position of its last message when its line ends.
import { Client } from '@stomp/stompjs';
import stompjs from 'stompjs/lib/stomp.js';
import { WebSocket } from 'ws';

const [url, topic, destination] = process.argv.slice(2);

function told(client, kind, text) {
  console.log([client, kind, text].join('\t'));
}

/** What a client hears, and where it would resume. */
function listener(name) {
  let position;
  return {
    headers: () => (position ? { after: position } : {}),
    hear(message) {
      position = message.headers.position;
      told(name, 'message', message.body);
    },
  };
}

function newer(name, options) {
  const { headers, hear } = listener(name);
  let greeted = false;
  const client = new Client({
    webSocketFactory: () => new WebSocket(url, ['v12.stomp', 'v11.stomp', 'v10.stomp']),
    heartbeatIncoming: 1000,
    heartbeatOutgoing: 1000,
    reconnectDelay: 200,
    ...options,
    onConnect(frame) {
      told(name, 'connected', frame.headers.version);
      client.watchForReceipt('there', () => told(name, 'receipt', 'there'));
      client.subscribe(topic, hear, { ...headers(), receipt: 'there' });
      if (!greeted) {
        greeted = true;
        client.publish({ destination, body: JSON.stringify({ sender: name }) });
      }
      client.publish({ destination: 'test', body: 'is dropped' });
    },
    onStompError: frame => told(name, 'error', frame.headers.message),
  });
  client.activate();
}

/** As old pages do it: no subprotocol is checked, and coming back is the page's own work. */
function older(name, protocols) {
  const { headers, hear } = listener(name);
  let greeted = false;
  const connect = () => {
    const client = stompjs.Stomp.over(new WebSocket(url, protocols));
    client.debug = () => {};
    client.heartbeat.incoming = 1000;
    client.heartbeat.outgoing = 1000;
    client.connect({ Authorization: '' }, frame => {
      told(name, 'connected', frame.headers.version);
      client.onreceipt = receipt => told(name, 'receipt', receipt.headers['receipt-id']);
      client.subscribe(topic, hear, { ...headers(), receipt: 'there' });
      if (!greeted) {
        greeted = true;
        client.send(destination, {}, JSON.stringify({ sender: name }));
      }
      client.send('test');
    }, error => setTimeout(connect, 200, told(name, 'lost', String(error).split('\n')[0])));
  };
  connect();
}

// stompjs 2 takes its timers from a browser's window.
stompjs.Stomp.setInterval = (millis, task) => setInterval(task, millis);
stompjs.Stomp.clearInterval = clearInterval;
newer('stompjs 7', {});
newer('stompjs 7, binary', { forceBinaryWSFrames: true });
newer('stompjs 7, in parts', { splitLargeFrames: true, maxWebSocketChunkSize: 16 });
older('stompjs 2', ['v10.stomp', 'v11.stomp']);
older('stompjs 2, no subprotocol', []);

process.stdin.on('end', () => process.exit()).resume();
