import { byId, countdown, put, sentence } from './words.js';

const FLICKER = 300; // ms; a failed attempt is often over sooner, and a word that short only flickers
const TAKEABLE = new Set([4500, 4505, 4008]); // the seat is another tab's

const FULL = 'the server takes no new lines now: it is full, is being drained or stops';

/** What each state is called, here and in the title, which is all one sees of a tab in the background. */
const WORDS = {
  connecting: { headline: 'Connecting', pill: 'Connecting' },
  live: { headline: 'Live', pill: 'Live' },
  waiting: { headline: 'Reconnecting', pill: 'Reconnecting' },
  replaced: { headline: 'A newer tab took over', pill: 'Replaced' },
  refused: { headline: 'Refused', pill: 'Refused' },
  closed: { headline: 'Closed', pill: 'Closed' },
};

/** Says in large words how the line is, why, and what one can do about it. */
export class Status {
  #line;
  #shown = '';
  #wasLive = false;
  #late; // timer of a word held back
  #ticking; // interval of the countdown; undefined while there is nothing to count

  /** Moment of the next attempt, by performance.now(); null if none is due. */
  #attemptAt = null;

  constructor(line) {
    this.#line = line;
    byId('use-here').addEventListener('click', () => line.takeBack());
    byId('connect').addEventListener('click', () => line.connect());
    byId('close').addEventListener('click', () => line.close());
  }

  /** The page without its script. */
  static noScript() {
    document.body.dataset.state = 'refused';
    byId('headline').textContent = byId('pill').textContent = 'No script';
    byId('why').textContent = 'The page’s script, heartline.js, was not found one folder above this page.';
  }

  show(state, detail) {
    clearTimeout(this.#late);
    const brief = state === 'connecting' && this.#shown === 'waiting';
    if (brief) this.#count(null);
    if (brief) this.#late = setTimeout(() => this.#show(state, detail), FLICKER);
    else this.#show(state, detail);
  }

  #show(state, detail) {
    const changed = state !== this.#shown;
    this.#shown = state;
    this.#wasLive ||= state === 'live';
    document.body.dataset.state = state;
    put('code', codeOf(state, detail));
    put('why', because(state, detail, this.#line.transport));
    this.#offer(state, detail);
    this.#count(detail.delay === undefined ? null : performance.now() + detail.delay);
    if (changed) put('announce', `${this.#words.headline}. ${byId('why').textContent}`);
  }

  #offer(state, { code }) {
    const takeable = TAKEABLE.has(code) && (state === 'replaced' || state === 'refused' || state === 'waiting');
    const focused = document.activeElement;
    byId('use-here').hidden = !takeable;
    byId('connect').hidden = state !== 'waiting' && (takeable || !['refused', 'closed'].includes(state));
    byId('connect').textContent = state === 'waiting' ? 'Try now' : 'Connect again';
    byId('connect').className = takeable ? 'button quiet' : 'button strong';
    byId('close').hidden = state !== 'live';
    // The button just pressed is gone: the focus stays here instead of falling back to the page's top.
    if (focused?.hidden) byId('headline').focus();
  }

  get #words() {
    // A line that was there once does not connect for the first time.
    return this.#shown === 'connecting' && this.#wasLive ? WORDS.waiting : WORDS[this.#shown];
  }

  /** @param {?number} attemptAt counts down to it; null writes the bare words */
  #count(attemptAt) {
    clearInterval(this.#ticking);
    this.#attemptAt = attemptAt;
    if (attemptAt !== null) this.#ticking = setInterval(() => this.#tick(), 200);
    this.#tick();
  }

  #tick() {
    if (!this.#shown) return;
    const { headline, pill } = this.#words;
    const left = this.#attemptAt === null ? null : this.#attemptAt - performance.now();
    const when = left === null ? '' : ` in ${countdown(left)}`;
    put('headline', `${headline}${when}`);
    put('pill', `${pill}${when}`);
    const title = `${pill}${when} – Heartline`;
    if (document.title !== title) document.title = title;
  }
}

function because(state, { why: told, status }, transport) {
  const why = status === 503 ? FULL : told;
  switch (state) {
    case 'live':
      return live(transport);
    case 'replaced':
      return 'Each guest has one line, and the newest tab holds it. This tab stays away until you press Use here.';
    case 'waiting':
      return `${sentence(why)} The page comes back by itself and catches up on what it missed.`;
    case 'closed':
      return `${sentence(why)} When it connects again it catches up on what it missed.`;
    case 'connecting':
      return why === 'connecting' ? 'One moment.' : sentence(why);
    default:
      return sentence(why);
  }
}

function live(transport) {
  const since = new Date().toLocaleTimeString('en-GB');
  return transport === 'sse'
    ? `Since ${since}, by server-sent events, because something on the way blocks WebSockets.`
    : `Since ${since}. What anybody publishes arrives here at once.`;
}

/** For those who debug: the same in the line's own terms. */
function codeOf(state, { code, reason, status, why }) {
  const parts = [state];
  if (code !== undefined) parts.push(`code ${code}`);
  if (reason) parts.push(`reason “${reason}”`);
  if (status !== undefined) parts.push(`HTTP ${status}`);
  if (why && why !== state && why !== reason) parts.push(why);
  return parts.join(', ');
}
