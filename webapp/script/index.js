/*
 * Heartline: keeps one live line between this page and its server, and every update on it in order, once.
 *
 *   <script src="/heartline/heartline.js"></script>     or     import { Heartline } from '/heartline/heartline.mjs';
 *
 *   const line = new Heartline('/heartline/line', { token: () => fetchToken() });   // see below
 *   const orders = line.subscribe('public:orders', (data, { offset, position }) => render(data));
 *   orders.on('gap', () => reload());                     // state was lost or too old: fetch it anew
 *   line.on('state', (state, { why }) => { badge.textContent = state; badge.title = why; });
 *   useHere.onclick = () => line.takeBack();              // after 4500: a newer tab has the line
 *
 * A token says who the user is, where the server takes the application's tokens (heartline.auth=jwt); fetchToken() is
 * the page's own. Where cookies say it, or nothing does, leave that option out.
 *
 * States: connecting | live | waiting (comes back by itself) | replaced (another tab) | refused | closed.
 * The last three are left only by takeBack(), connect() or a new object.
 *
 * Where something on the way lets no WebSocket through, the line goes by server-sent events, with the same promises.
 *
 * Mini programs have no window, URL, crypto or WebSocket. They require() heartline.js and pass in what overWx() of
 * heartline-wx.js makes. So nothing of a browser is used here unless it is there.
 *
 * Pages that own their WebSocket and only want it watched: see heartCheck().
 *
 * Reading order of the modules: clock, events, backoff, watchdog, instance, streams, link (one socket), subscription, channel,
 * channels, publications, conversation (what is said on a link), detour, diagnosis, credentials, pagelife, line (when to connect,
 * wait or stop), heartline (the door), heartcheck. No dependencies, nothing a strict CSP forbids.
 */
import { Heartline } from './heartline.js';
import { heartCheck } from './heartcheck.js';
import { channelPart, userChannel } from './names.js';
import { VERSION } from './version.js';

Heartline.channelPart = channelPart;
Heartline.userChannel = userChannel;
Heartline.version = VERSION;
Heartline.heartCheck = heartCheck;

export { Heartline, heartCheck };
