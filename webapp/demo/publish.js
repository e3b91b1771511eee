import { jsonProblem } from './json.js';
import { byId, millis, sentence } from './words.js';

const CHANNEL = 'public:demo';
const MANY = 25;

const SAMPLES = {
  text: 'Hello from this page',
  json: '{\n  "order": 4711,\n  "state": "shipped",\n  "items": ["kettle", "two cups"],\n  "total": 48.9\n}',
};

/** Where an error is shown, by the field the server names. */
const PLACES = { user: 'user', channel: 'channel', data: 'data', body: 'data' };
const INPUTS = { user: 'to-user', data: 'data' };

/** What the server's fields are called on this page. */
const NAMES = { user: 'The user', channel: 'The channel', data: 'The message', body: 'The message', guest: 'You' };

/** Publishes as a guest, to everybody or to one user. */
export class PublishForm {
  #form = byId('form');
  #me;
  #busy = false;

  /** @param {function(): ?string} me the guest's own name, once it is known */
  constructor(me) {
    this.#me = me;
    this.#form.addEventListener('submit', event => {
      event.preventDefault();
      this.#send(1);
    });
    this.#form.addEventListener('change', ({ target }) => target.name === 'to' && this.#choose());
    // Not on change: that comes with the press on a button, which would move away under the finger.
    this.#form.addEventListener('input', () => this.#clearErrors());
    byId('many').addEventListener('click', () => this.#send(MANY));
    byId('data').addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.#form.requestSubmit();
    });
    for (const chip of this.#form.querySelectorAll('[data-sample]')) {
      chip.addEventListener('click', () => this.#fill(chip.dataset.sample));
    }
    this.#choose();
  }

  #choose() {
    const toUser = this.#form.elements.to.value === 'user';
    byId('user-field').hidden = !toUser;
    const name = byId('to-user');
    if (toUser && name.value === '') name.value = this.#me() ?? '';
  }

  #fill(kind) {
    this.#form.elements.as.value = kind;
    byId('data').value = SAMPLES[kind];
    this.#clearErrors();
    byId('data').focus();
  }

  /** @param {number} count one after the other, so that they arrive numbered in order */
  async #send(count) {
    if (this.#busy) return;
    this.#clearErrors();
    const problem = this.#isJson ? jsonProblem(byId('data').value) : null;
    if (problem) return this.#refuse('data', problem);
    this.#occupy(true);
    const from = performance.now();
    let accepted = 0;
    try {
      while (accepted < count) {
        await post(this.#body(count === 1 ? null : accepted + 1));
        accepted++;
      }
      this.#done(count, performance.now() - from);
    } catch (error) {
      this.#refuse(error.field, error.message, accepted);
    } finally {
      this.#occupy(false);
    }
    return undefined;
  }

  get #target() {
    const toUser = this.#form.elements.to.value === 'user';
    return toUser ? { user: byId('to-user').value } : { channel: CHANNEL };
  }

  get #isJson() {
    return this.#form.elements.as.value === 'json';
  }

  /** JSON is sent as it was typed: reading and writing it here would round large numbers. */
  #body(number) {
    const typed = byId('data').value;
    const text = number === null ? typed : `${typed} (${number} of ${MANY})`;
    const data = this.#isJson ? typed : JSON.stringify(text);
    return `${JSON.stringify(this.#target).slice(0, -1)},"data":${data}}`;
  }

  #occupy(busy) {
    this.#busy = busy;
    for (const button of this.#form.querySelectorAll('.submit button')) button.setAttribute('aria-disabled', String(busy));
  }

  #done(count, took) {
    const { user, channel } = this.#target;
    const what = count === 1 ? 'Published' : `Published ${count}`;
    byId('outcome').textContent = `${what} to ${user ?? channel} in ${millis(took)}.`;
  }

  /** @param {string} words a whole sentence */
  #refuse(field, words, accepted = 0) {
    const place = PLACES[field] ?? 'form';
    const shown = byId(`${place}-error`);
    shown.textContent = words;
    shown.hidden = false;
    const input = byId(INPUTS[place] ?? '');
    input?.setAttribute('aria-invalid', 'true');
    input?.focus();
    byId('outcome').textContent = accepted === 0 ? 'Nothing was published.' : `${accepted} were published before that.`;
  }

  #clearErrors() {
    for (const place of ['channel', 'user', 'data', 'form']) byId(`${place}-error`).hidden = true;
    for (const input of Object.values(INPUTS)) byId(input).removeAttribute('aria-invalid');
    byId('outcome').textContent = '';
  }
}

/** What the server, or the way to it, had against a publish; the message is a whole sentence. */
class Refused extends Error {
  constructor(field, message) {
    super(message);
    this.field = field;
  }
}

/**
 * Publishes one message as this guest.
 *
 * @param {{channel: string, data: *}|{user: string, data: *}} message
 * @throws {Refused}
 */
export const publish = message => post(JSON.stringify(message));

async function post(body) {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch('publish', { method: 'POST', headers, body }).catch(() => {
    throw new Refused(null, 'The server cannot be reached. Try again once the line is back.');
  });
  if (answer.ok) return;
  const { error } = await answer.json().catch(() => ({}));
  throw error ? refused(answer.status, error) : new Refused(null, `The server answered ${answer.status}.`);
}

function refused(status, { field, message }) {
  // A parser's words about a body that nobody typed as it is: the form checks JSON itself, so this is rare.
  if (field === 'body' && status === 400) return new Refused(field, 'The server cannot read this as JSON.');
  return new Refused(PLACES[field] ? field : null, sentence(`${NAMES[field] ?? field} ${message}`));
}
