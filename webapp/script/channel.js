import { attempt } from './browser.js';
import { tokenOf } from './options.js';

/** Offset in a position `epoch:offset:tag`; null if it cannot be seen, then the next push says it. */
function offsetOf(position) {
  const parts = typeof position === 'string' ? position.split(':') : [];
  const offset = parts.length > 2 ? parts[parts.length - 2] : '';
  return /^\d{1,15}$/.test(offset) ? Number(offset) : null;
}

/**
 * How far this page has read one channel, over all lines. Offsets are dense, so it sees repeats and holes.
 * Internal.
 */
export class Channel {
  #offset = null; // of the last publication handed on; null: not known, the next one says it
  #standsAt = null; // offset of `position`; may lag behind #offset within a frame
  #start;

  /** Whether the present line has answered the subscribe: pushes before that belong to an earlier one. */
  held = false;

  /** Whether the subscribe was sent on the present line and not refused. */
  asked = false;

  /** @type {?string} */
  position = null;

  /** @type {Set<Subscription>} */
  subscriptions = new Set();

  /** @param {{after?: string, last?: number, token?: (string|function)}} start where the first line begins to read */
  constructor(name, start) {
    this.name = name;
    this.#start = start;
  }

  /** @type {boolean} whether each subscribe needs a token that has to be fetched */
  get fetchesToken() {
    return typeof this.#start.token === 'function';
  }

  async fetchToken() {
    return tokenOf(await this.#start.token()) ?? undefined;
  }

  /** @type {object} for support */
  get shown() {
    const { name, position, held, subscriptions } = this;
    return { channel: name, position, held, subscriptions: subscriptions.size };
  }

  /** @returns {object} the command that takes up reading on a new line */
  command() {
    const token = this.fetchesToken ? undefined : this.#start.token;
    if (this.position !== null) return { subscribe: this.name, after: this.position, token };
    const { after, last } = this.#start;
    return { subscribe: this.name, after, last: after === undefined ? last : undefined, token };
  }

  lineEnded() {
    this.held = this.asked = false;
  }

  refused() {
    if (!this.held) this.asked = false;
  }

  subscribed({ position, recovered, reason }) {
    this.held = true;
    // Resumed: what was handed on beyond the position comes again, and is known by our offset.
    const afresh = recovered === false || this.position === null;
    this.#stand(position, afresh);
    this.#emit('subscribed', { position, recovered: recovered !== false, reason });
    if (recovered === false) this.#emit('gap', { position, reason });
  }

  /** @returns {Channel} for some of the subscriptions, which stop here and may go on there */
  split(subscriptions) {
    const other = new Channel(this.name, this.#start);
    other.position = this.position;
    other.#offset = this.#offset;
    other.#standsAt = this.#standsAt;
    for (const subscription of subscriptions) subscription.moveTo(other, (from, who) => from.subscriptions.delete(who));
    return other;
  }

  /** Subscriptions that stopped go on here. What was read meanwhile they have missed. */
  rejoin(other, leave) {
    const missed = this !== other && other.position !== null && other.position !== this.position;
    for (const subscription of [...other.subscriptions]) {
      subscription.moveTo(this, leave);
      if (missed) subscription.emit('gap', { position: this.position ?? other.position, reason: 'unknown' });
      else if (this.held) this.welcome(subscription);
    }
  }

  /** Somebody joins what is read already, and listens after this task. */
  async welcome(subscription) {
    await undefined;
    if (!this.held || !this.subscriptions.has(subscription)) return;
    subscription.emit('subscribed', { position: this.position, recovered: true, joined: true });
  }

  gap({ position, reason }) {
    if (!this.held) return;
    this.#stand(position, true);
    this.#emit('gap', { position, reason });
  }

  /** @returns {boolean} false on a hole: the line missed something and must be opened anew */
  push({ offset, position, data, time, id }) {
    if (!this.held) return true;
    const last = this.#offset;
    if (last !== null && offset > last + 1) return false;
    this.#advance(offset, position);
    if (last !== null && offset <= last) return true;
    const about = { channel: this.name, offset, position, ...(time !== undefined && { time }), ...(id !== undefined && { id }) };
    for (const subscription of [...this.subscriptions]) {
      if (this.subscriptions.has(subscription)) attempt(() => subscription.take(data, about));
    }
    return true;
  }

  /** What is wrong with a push that push() refused. */
  hole({ offset }) {
    return { message: `a hole in ${this.name}: ${offset} after ${this.#offset}`, about: this.name };
  }

  /** The server took the subscription away. */
  ended({ reason }) {
    this.#emit('unsubscribed', { reason });
  }

  /** @returns {boolean} whether anybody listened */
  failed(error) {
    return this.#emit('error', error);
  }

  /** Before the callbacks, so that one that throws is not handed the same publication again. */
  #advance(offset, position) {
    if (offset === undefined) return;
    if (position !== undefined && !(offset < this.#standsAt)) {
      this.position = position;
      this.#standsAt = offset;
    }
    if (this.#offset === null || offset > this.#offset) this.#offset = offset;
  }

  #stand(position, afresh) {
    this.position = position ?? this.position;
    this.#standsAt = offsetOf(position);
    if (afresh) this.#offset = this.#standsAt;
  }

  #emit(event, detail) {
    const heard = [...this.subscriptions].map(subscription => subscription.emit(event, detail));
    return heard.includes(true);
  }
}
