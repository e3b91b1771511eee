// A page in TypeScript, checked and never run: what is right passes, and each mistake below is one.
import { Heartline, heartCheck } from 'heartline';
import type { CloseCode, LineError, LoopError, PublishError, Snapshot, State, StateDetail, Subscription } from 'heartline';

interface Order {
  id: number;
  total: string;
}

const line: Heartline = new Heartline('/heartline/line', { token: async () => 'a token', connectTimeout: 5_000 });
new Heartline(new URL('https://app.example.com/heartline/line'), { WebSocket, EventSource, fetch, storage: localStorage });
new Heartline('wss://app.example.com/heartline/line', { env: null, storage: null, events: null, token: null });

const orders: Subscription<Order> = line.subscribe('public:orders', (order: Order, { channel, offset, position, time, id }) => {
  const text: string = `${channel} ${offset} ${order.total} ${new Date(time).toISOString()} ${id ?? ''}`;
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

async function loop(): Promise<void> {
  const abort = new AbortController();
  await line.ready();
  try {
    for await (const { data, offset, position } of line.subscribe<Order>('public:orders', { last: 5, signal: abort.signal })) {
      console.log(data.total, offset.toFixed(), position?.length);
    }
  } catch (error) {
    if ((error as LoopError).code === 'gap') location.reload();
  }
  for await (const { data } of line.subscribe<Order>('public:orders')) console.log(data.id);
  const { publications, more } = await line.history<Order>('public:orders', { after: localStorage.getItem('position'), limit: 10 });
  console.log(publications.map(({ data, time, id }) => [data.id, time, id?.length]), more);
}

const later = new Heartline('/heartline/line', {
  autoConnect: false,
  reconnect: { min: 500, max: 60_000 },
  log: (what, detail) => console.log(what === 'dial', detail['transport']),
});
later.once('state', state => console.log(state));
const snapshot: Snapshot = later.snapshot();
console.log(JSON.stringify(snapshot), snapshot.journal[0]?.what, loop(), Heartline.channelPart('a b'), Heartline.userChannel('ann'));

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
// @ts-expect-error a listener that is not there yet is no listener
line.subscribe('public:orders', undefined as (() => void) | undefined);
// @ts-expect-error one cannot read before a position and behind it
line.history('public:orders', { before: 'e:1:t' });
// @ts-expect-error a number of publications is a number
line.subscribe('public:orders', () => {}, { last: '10' });
// @ts-expect-error the option is spelt otherwise
new Heartline('/heartline/line', { conectTimeout: 1 });
// @ts-expect-error what is read cannot be set
line.state = 'live';
console.log(wrong);
