// A page in TypeScript, checked and never run: what is right passes, and each mistake below is one.
import { Heartline, heartCheck } from 'heartline';
import type { CloseCode, LineError, PublishError, State, StateDetail, Subscription } from 'heartline';

interface Order {
  id: number;
  total: string;
}

const line: Heartline = new Heartline('/heartline/line', { token: async () => 'a token', connectTimeout: 5_000 });
new Heartline(new URL('https://app.example.com/heartline/line'), { WebSocket, EventSource, fetch, storage: localStorage });
new Heartline('wss://app.example.com/heartline/line', { env: null, storage: null, events: null, token: null });

const orders: Subscription = line.subscribe('public:orders', (order: Order, { channel, offset, position }) => {
  const text: string = `${channel} ${offset} ${order.total}`;
  if (position) localStorage.setItem('position', position);
  console.log(text);
}, { after: localStorage.getItem('position') });
line.subscribe<Order>('public:orders', order => console.log(order.id), { last: 10 });
orders.on('gap', ({ position, reason }) => console.log(position, reason === 'trimmed'));
orders.on('unsubscribed', ({ reason }) => console.log(reason));
orders.on('subscribed', ({ recovered }) => console.log(recovered === true));
orders.unsubscribe();

const off = line.on('state', (state: State, detail: StateDetail) => {
  const code: CloseCode | undefined = detail.code;
  if (state === 'waiting' && detail.delay) console.log(detail.delay / 1_000);
  if (code === 4500) console.log(line.takeBack() === true);
});
off();
line.on('beat', ({ serverTime, rtt }) => console.log(serverTime + (rtt ?? 0)));
line.on('error', ({ code, message }: LineError) => console.log(code === 'hole', message));
line.on('expiring', about => console.log(about.in));

async function publish(): Promise<string> {
  try {
    const { position } = await line.publish('chat:7', { text: 'hello' }, { id: 'one' });
    return position;
  } catch (error) {
    return (error as PublishError).code === 'forbidden' ? 'no' : 'later';
  }
}

const room = line.presence('room:7');
room.on('change', ({ joined, left }) => console.log([...room.users], room.count, joined[0], left.length));

const check = heartCheck(() => new WebSocket('wss://app.example.com/updatewebsocket'), { onDead: socket => socket.binaryType });
Heartline.heartCheck(new WebSocket('wss://app.example.com/wss'), { beat: 4_000 }).start().reset().stop();
console.log(check, publish(), Heartline.version.length, line.transport === 'sse', line.user?.length, line.instance);

// @ts-expect-error there is no such event
line.on('message', () => {});
// @ts-expect-error there is no such event of a subscription
orders.on('state', () => {});
// @ts-expect-error there is no such state
const wrong: State = 'open';
// @ts-expect-error a listener is needed
line.subscribe('public:orders');
// @ts-expect-error a number of publications is a number
line.subscribe('public:orders', () => {}, { last: '10' });
// @ts-expect-error the option is spelt otherwise
new Heartline('/heartline/line', { conectTimeout: 1 });
// @ts-expect-error what is read cannot be set
line.state = 'live';
console.log(wrong);
