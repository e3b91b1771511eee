import { publish } from './publish.js';
import { byId, put, span } from './words.js';
import { cutTheWire } from './wire.js';

const BY_EVENTS = 'By server-sent events each tab has a line of its own, so this one stays live.';
const TAKEN = 'The newest tab has the line now. Press Use here in this one to take it back.';
const STOPPED = new Set(['replaced', 'refused', 'closed']);

/** Two things to try beside the second tab. Each takes the line away, publishes meanwhile, and says what came of it. */
export class Scenarios {
  #line;
  #secondNote = byId('second-note').textContent;
  #running = null; // { note, from, published } of the one under way; `published` is a promise once the line is down

  constructor(line) {
    this.#line = line;
    byId('cut').addEventListener('click', () => this.#run('cut-note', cutTheWire));
    byId('restart').addEventListener('click', () => this.#run('restart-note', rehearseRestart));
  }

  /** @param {string} state what the line has come to */
  show(state) {
    const note = this.#line.transport === 'sse' ? BY_EVENTS : this.#secondNote;
    put('second-note', state === 'replaced' ? TAKEN : note);
    if (this.#running) this.#step(state);
    for (const id of ['cut', 'restart']) byId(id).setAttribute('aria-disabled', String(state !== 'live' || this.#running !== null));
  }

  async #run(note, takeAway) {
    if (this.#running || this.#line.state !== 'live') return;
    this.#running = { note, from: performance.now(), published: null };
    try {
      await takeAway();
    } catch (error) {
      this.#end(error.message);
    }
  }

  #step(state) {
    const running = this.#running;
    if (STOPPED.has(state)) return this.#end('Something else has ended the line.');
    if (state === 'live') return running.published && this.#tell(running);
    if (running.published) return undefined;
    running.published = publishAll();
    return put(running.note, 'The line is down. Three messages are being published.');
  }

  async #tell({ from, published }) {
    const away = span(performance.now() - from);
    const came = (await published) ? 'Nothing was missed: see the three messages below.' : 'The messages could not be published meanwhile.';
    this.#end(`Back after ${away}. ${came}`);
  }

  #end(words) {
    if (!this.#running) return;
    put(this.#running.note, words);
    this.#running = null;
    this.show(this.#line.state);
  }
}

/** @returns {Promise<boolean>} whether all were published */
async function publishAll() {
  try {
    for (const number of [1, 2, 3]) {
      await publish({ channel: 'public:demo', data: `Published while the line was down (${number} of 3)` });
    }
    return true;
  } catch {
    return false; // the server is down as well
  }
}

/** The server ends the lines of this guest, and of nobody else, as it does before it stops. */
async function rehearseRestart() {
  const answer = await fetch('restart', { method: 'POST' }).catch(() => null);
  if (answer?.ok) return;
  const { error } = (await answer?.json().catch(() => null)) ?? {};
  throw new Error(error ? `Not now: ${error.field} ${error.message}.` : 'The server cannot be reached.');
}
