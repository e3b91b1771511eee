// The demo page: one line, everything it tells, and a form that publishes.
// Written as a page of one's own would be: it uses the public names of heartline.js and nothing else.

import { Feed } from './feed.js';
import { Heartbeat } from './heartbeat.js';
import { before } from './history.js';
import { showHowTo } from './howto.js';
import { PublishForm } from './publish.js';
import { RoundTrips } from './roundtrips.js';
import { Scenarios } from './scenarios.js';
import { Status } from './status.js';
import { Trace } from './trace.js';
import { byId, encodedUser, plural, put, sentence } from './words.js';
import { CuttableEventSource, CuttableWebSocket } from './wire.js';

// A server beats when a line has been quiet for 25 s. Here somebody watches, so this line asks for more of them.
const DOOR = '../line?beat=3';
const EVENTS = '../events?beat=4';

const STATES = { live: 'live', connecting: 'away', waiting: 'away' }; // all others stop the trace
const TRANSPORTS = { websocket: 'WebSocket', sse: 'Server-sent events' };

/** Counts what the page heard; nothing else here remembers the past. */
const heard = { messages: 0, gaps: 0, lines: 0 };

/** When this line was opened, by the server's clock: what was published before that was missed, and caught up. */
const serverTime = {
  ahead: 0, // ms by which the server's clock is ahead of ours, as far as a beat has told
  liveSince: 0,
  missed: time => heard.lines > 1 && time !== undefined && time < serverTime.liveSince,
};

function showHeard() {
  put('heard', heard.messages.toLocaleString('en'));
  put('heard-note', heard.gaps === 0 ? 'no gaps' : plural(heard.gaps, 'gap'));
  put('lines', String(heard.lines));
}

function showGuest(line) {
  byId('guest').hidden = line.user === null;
  put('guest-name', line.user ?? '');
  put('user', line.user ?? 'anonymous');
  put('tab', line.instance.slice(0, 8));
}

/** Each channel is read by one subscription, over all lines; gaps are shown where the messages would be. */
async function read(line, channel, tone, { feed, trace }, wanted = () => true) {
  const { messages, start } = await before(channel);
  if (!wanted()) return null;
  feed.addEarlier(messages.map(({ offset, time, data }) => ({ channel, tone, offset, time, data })));
  const subscription = line.subscribe(
    channel,
    (data, { offset, time }) => {
      heard.messages++;
      trace.message();
      feed.add({ channel, tone, offset, data, time, missed: serverTime.missed(time) });
      showHeard();
    },
    start,
  );
  subscription.on('gap', ({ reason }) => {
    if (feed.gap({ channel, reason, line: heard.lines })) heard.gaps++;
    showHeard();
  });
  subscription.on('error', ({ message }) => feed.lost(channel, sentence(message)));
  subscription.on('unsubscribed', ({ reason }) => feed.lost(channel, sentence(reason ?? 'the right to read it ended')));
  return subscription;
}

/** A guest's own channel is known once the server has said who the guest is, and may change with the cookie. */
function ownChannel(line, places) {
  let channel = null;
  let reading = Promise.resolve(null);
  return () => {
    const name = line.user === null ? null : encodedUser(line.user);
    if (name === channel) return;
    channel = name;
    reading.then(subscription => subscription?.unsubscribe());
    reading = name === null ? Promise.resolve(null) : read(line, name, 'own', places, () => channel === name);
    put('channels', ['public:demo', 'updates', name].filter(Boolean).join(', '));
  };
}

/** The script's own words may quote a parser's, which help nobody but those who debug. */
function failed(feed, { code, message }) {
  put('last-error', `${code}: ${message}`);
  feed.lost(null, code === 'malformed' ? 'The server sent something that this page cannot read. See Details.' : sentence(message));
}

function start() {
  const { Heartline } = globalThis;
  const line = new Heartline(DOOR, { events: EVENTS, WebSocket: CuttableWebSocket, EventSource: CuttableEventSource });
  const trace = new Trace(byId('strip'), byId('trace'), byId('pen'));
  const feed = new Feed();
  const heartbeat = new Heartbeat();
  const roundTrips = new RoundTrips(line, () => trace.answer());
  const status = new Status(line);
  const scenarios = new Scenarios(line);
  const takeUpOwn = ownChannel(line, { feed, trace });

  line.on('state', (state, detail) => {
    const live = state === 'live';
    if (live) {
      heard.lines++;
      serverTime.liveSince = Date.now() + serverTime.ahead;
      showGuest(line);
      takeUpOwn();
    }
    showHeard();
    put('transport', live ? TRANSPORTS[line.transport] : 'no line');
    status.show(state, detail);
    scenarios.show(state);
    trace.line = STATES[state] ?? 'stopped';
    heartbeat.live = live;
    roundTrips.live = live;
  });
  line.on('beat', beat => {
    serverTime.ahead = beat.serverTime - Date.now();
    trace.beat();
    heartbeat.beat();
    roundTrips.afterBeat();
  });
  line.on('error', error => failed(feed, error));

  put('channels', 'public:demo, updates');
  read(line, 'public:demo', 'everybody', { feed, trace });
  read(line, 'updates', 'updates', { feed, trace });
  new PublishForm(() => line.user);
  showVersion(Heartline.version);
}

function showVersion(version) {
  byId('version').hidden = version === undefined;
  put('version', version === undefined ? '' : `Version\u00a0${version}`);
}

showHowTo();
if (globalThis.Heartline) start();
else Status.noScript();
