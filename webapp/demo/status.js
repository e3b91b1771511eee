import { byId, sentence, span } from './words.js';

const FLICKER = 300; // ms; a failed attempt is often over sooner, and a word that short only flickers
const TAKEABLE = new Set([4500, 4505, 4008]); // the seat is another tab's

/** What each state is called, here and in the title, which is all one sees of a tab in the background. */
const WORDS = {
  connecting: { headline: 'Connecting', pill: 'Connecting' },
  live: { headline: 'Live', pill: 'Live' },
  waiting: { headline: 'Waiting', pill: 'Waiting' },
  replaced: { headline: 'A newer tab took over', pill: 'Replaced' },
  refused: { headline: 'Refused', pill: 'Refused' },
  closed: { headline: 'Closed', pill: 'Closed' },
};

/** Says in large words how the line is, why, and what one can do about it. */
export class Status {
  #line;
  #shown = '';
  #late; // timer of a word held back

  /** Moment of the next attempt, by performance.now(); null if none is due. */
  #attemptAt = null;
  #because = '';

  constructor(line) {
    this.#line = line;
    byId('use-here').addEventListener('click', () => line.takeBack());
    byId('connect').addEventListener('click', () => line.connect());
    byId('close').addEventListener('click', () => line.close());
    setInterval(() => this.#tick(), 200);
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
    if (brief) this.#attemptAt = null;
    if (brief) this.#late = setTimeout(() => this.#show(state, detail), FLICKER);
    else this.#show(state, detail);
  }

  #show(state, detail) {
    const changed = state !== this.#shown;
    this.#shown = state;
    document.body.dataset.state = state;
    byId('headline').textContent = WORDS[state].headline;
    byId('code').textContent = codeOf(state, detail);
    this.#because = because(state, detail);
    this.#attemptAt = detail.delay === undefined ? null : performance.now() + detail.delay;
    this.#offer(state, detail);
    this.#tick();
    if (changed) byId('announce').textContent = `${WORDS[state].headline}. ${this.#because}`;
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

  #tick() {
    if (!this.#shown) return;
    const { pill } = WORDS[this.#shown];
    const left = this.#attemptAt === null ? null : Math.max(0, this.#attemptAt - performance.now());
    put('pill', left === null ? pill : `${pill}, ${span(left)}`);
    put('next', left === null ? '' : `Next attempt in ${span(left)}`);
    put('why', this.#because);
    const title = `${pill} – Heartline`;
    if (document.title !== title) document.title = title;
  }
}

/** Writing the same text again would still cost a layout, and wake screen readers. */
function put(id, text) {
  const place = byId(id);
  if (place.textContent !== text) place.textContent = text;
}

function because(state, { why }) {
  switch (state) {
    case 'live':
      return `Since ${new Date().toLocaleTimeString('en-GB')}. Whatever is published arrives here at once.`;
    case 'replaced':
      return 'This tab has stopped on purpose: a guest has one line, and the newest tab holds it. It will not take it back by itself. Nothing arrives here until you say so.';
    case 'waiting':
      return `${sentence(why)} The page comes back by itself.`;
    case 'closed':
      return `${sentence(why)} Nothing arrives until it connects again; what it misses meanwhile is caught up then.`;
    case 'connecting':
      return why === 'connecting' ? 'One moment.' : sentence(why);
    default:
      return sentence(why);
  }
}

/** For those who debug: the same in the line's own terms. */
function codeOf(state, { code, reason, status }) {
  const parts = [`state ${state}`];
  if (code !== undefined) parts.push(`code ${code}`);
  if (reason) parts.push(`reason “${reason}”`);
  if (status !== undefined) parts.push(`HTTP ${status}`);
  return parts.join('  ·  ');
}
