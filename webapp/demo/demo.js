// The demo page: one line, everything it tells, and a form that publishes.
// Written as a page of one's own would be: it uses the public names of heartline.js and nothing else.

import { byId, encodedUser, plural } from './words.js';
import { Feed } from './feed.js';
import { Heartbeat } from './heartbeat.js';
import { PublishForm } from './publish.js';
import { RoundTrips } from './roundtrips.js';
import { Status } from './status.js';
import { Trace } from './trace.js';

const EARLIER = 20; // publications shown from before this page was opened
const context = new URL('..', location.href); // the page stands in <context>/demo/

/** Counts what the page heard; nothing else here remembers the past. */
const heard = { publications: 0, gaps: 0, lines: 0 };

function showHeard() {
  byId('heard').textContent = heard.publications.toLocaleString('en');
  const gaps = heard.gaps === 0 ? 'No gaps' : plural(heard.gaps, 'gap');
  byId('heard-note').textContent = `${gaps}, over ${plural(heard.lines, 'line')} so far.`;
}

function showGuest(line) {
  byId('guest').hidden = line.user === null;
  byId('guest-name').textContent = line.user ?? '';
  byId('user').textContent = line.user ?? 'Anonymous';
  byId('tab').textContent = `Tab ${line.instance.slice(0, 8)}. One guest has one line: the newest tab.`;
}

/** Each channel is read by one subscription, over all lines; gaps are shown where the publications would be. */
function read(line, channel, tone, { feed, trace }) {
  const subscription = line.subscribe(
    channel,
    (data, about) => {
      heard.publications++;
      trace.publication();
      feed.add({ channel, tone, offset: about.offset, data });
      showHeard();
    },
    { last: EARLIER },
  );
  subscription.on('gap', ({ reason }) => {
    heard.gaps++;
    feed.gap({ channel, reason });
    showHeard();
  });
  subscription.on('error', ({ message }) => feed.lost({ channel, message }));
  subscription.on('unsubscribed', ({ reason }) => feed.lost({ channel, message: reason ?? 'the right to read it ended' }));
  return subscription;
}

/** A guest's own channel is known once the server has said who the guest is, and may change with the cookie. */
function ownChannel(line, places) {
  let own = null;
  return () => {
    const name = line.user === null ? null : encodedUser(line.user);
    if (name === (own?.channel ?? null)) return;
    own?.unsubscribe();
    own = name === null ? null : read(line, name, 'own', places);
    byId('channels').textContent = ['public:demo', 'updates', name].filter(Boolean).join('  ·  ');
  };
}

function showHowTo() {
  const publish = new URL('api/publish', context).href;
  const script = new URL('heartline.js', context).pathname;
  const door = new URL('line', context).pathname;
  byId('curl').textContent = [
    `curl ${publish} \\`,
    `  -H "Authorization: Bearer YOUR-KEY" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '{"channel":"public:demo","data":"hello from a shell"}'`,
  ].join('\n');
  byId('snippet').textContent = [
    `<script src="${script}"></script>`,
    `<script>`,
    `  new Heartline('${door}')`,
    `    .subscribe('public:demo', data => console.log(data));`,
    `</script>`,
  ].join('\n');
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.addEventListener('click', () => copy(byId(button.dataset.copy), button));
  }
}

/** Pages without https have no clipboard API; the older command needs a selection, which helps even if it fails. */
async function copy(source, button) {
  const copied = await navigator.clipboard?.writeText(source.textContent).then(() => true, () => false);
  if (!copied) getSelection().selectAllChildren(source);
  const done = copied || document.execCommand('copy');
  button.textContent = done ? 'Copied' : 'Selected';
  byId('announce').textContent = done ? 'Copied' : 'Selected, copy it with your keyboard';
  setTimeout(() => (button.textContent = 'Copy'), 2_000);
}

function start() {
  const line = new globalThis.Heartline('../line');
  const trace = new Trace(byId('trace'));
  const feed = new Feed();
  const heartbeat = new Heartbeat();
  const roundTrips = new RoundTrips(line, { answered: () => trace.answer(), asked: () => heartbeat.spoke() });
  const status = new Status(line);
  const takeUpOwn = ownChannel(line, { feed, trace });

  line.on('state', (state, detail) => {
    if (state === 'live') {
      heard.lines++;
      showGuest(line);
      showHeard();
      takeUpOwn();
    }
    status.show(state, detail);
    trace.live = state === 'live';
    heartbeat.live = state === 'live';
    roundTrips.live = state === 'live';
  });
  line.on('beat', () => {
    trace.beat();
    heartbeat.beat();
    roundTrips.afterBeat();
  });
  line.on('error', ({ message }) => feed.lost({ channel: null, message }));

  byId('channels').textContent = 'public:demo  ·  updates';
  read(line, 'public:demo', 'everybody', { feed, trace });
  read(line, 'updates', 'updates', { feed, trace });
  new PublishForm(() => line.user);
}

showHowTo();
if (globalThis.Heartline) start();
else Status.noScript();
