// On each transport that there is in node, two SockJS clients of one user, one after the other: prints what each is told.
import http from 'node:http';
import SockJS from 'sockjs-client';

const TRANSPORTS = ['websocket', 'xhr-streaming', 'eventsource', 'xhr-polling'];

const [url, ...cookies] = process.argv.slice(2);

function told(client, kind, text) {
  console.log([client, kind, text].join('\t'));
}

/** Stands in for a browser's cookies: whose a request is, the "server" part of its path says. */
const { request } = http;
http.request = (options, ...more) => {
  const user = TRANSPORTS.findIndex(transport => options.path.includes(`/${transport}/`));
  return request(user < 0 ? options : { ...options, headers: { ...options.headers, Cookie: cookies[user] } }, ...more);
};

function open(transport, name, then) {
  const socket = new SockJS(url, null, {
    transports: transport,
    server: transport,
    transportOptions: { websocket: { headers: { Cookie: cookies[TRANSPORTS.indexOf(transport)] } } },
  });
  socket.onopen = () => then(told(name, 'open', socket.transport));
  socket.onmessage = ({ data }) => told(name, 'message', data);
  socket.onclose = ({ code, reason, wasClean }) => told(name, 'closed', `${code} ${reason} ${wasClean}`);
}

for (const transport of TRANSPORTS) {
  open(transport, `older, ${transport}`, () => open(transport, `newer, ${transport}`, () => {}));
}

process.stdin.on('end', () => process.exit()).resume();
