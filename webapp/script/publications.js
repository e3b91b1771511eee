import { freshName } from './names.js';
import { FRAME, bytesOf } from './frames.js';

const PUBLISHING = 16; // publications under way at a time; the server lets no more wait than it can hold
const MOST_WAITING = 256; // publications that wait for a line, or for those before them
const MESSAGE = 65_536; // bytes of the largest message, until the welcome says otherwise

/**
 * What this page publishes and has no answer for yet, in order. What a line has not answered is sent again on the
 * next one, by the same id, so that the server takes it once. Only so much is under way that the server never has to
 * hold more than it may.
 * Internal.
 */
export class Publications {
  #waiting = new Map(); // id -> { text, bytes, channel, sent, resolve, reject }
  #prefix = freshName();
  #made = 0;
  #link = null; // the present line once it is welcomed
  #limit = MESSAGE;
  #stopped = null; // why nothing is published; null if there is a line, or will be

  /** @returns {Promise<{channel: string, position: string, id: string}>} rejected with { code, message, id } */
  add(channel, data, id = `${this.#prefix}-${++this.#made}`) {
    return new Promise((resolve, reject) => {
      if (typeof channel !== 'string' || !channel) throw new TypeError(`channel must be a name: ${channel}`);
      if (typeof id !== 'string' || !/^[!-~]{1,128}$/.test(id)) {
        throw new TypeError(`id must have 1 to 128 visible ASCII characters: ${id}`);
      }
      const json = JSON.stringify(data); // now: the page may change its object before there is a line
      if (json === undefined) throw new TypeError(`data must be JSON: ${data}`);
      const text = `{"publish":${JSON.stringify(channel)},"data":${json},"id":${JSON.stringify(id)}}`;
      const one = { text, bytes: bytesOf(text), channel, sent: false, resolve, reject };
      if (this.#stopped) return this.#refuse(one, id, this.#stopped);
      if (this.#waiting.has(id)) return this.#refuse(one, id, { code: 'already', message: `it is being published: ${id}` });
      if (this.#waiting.size >= MOST_WAITING) {
        return this.#refuse(one, id, { code: 'limit', message: `${MOST_WAITING} publications wait already` });
      }
      this.#waiting.set(id, one);
      return this.#send();
    });
  }

  /** @type {number} how many wait for their answer */
  get waiting() {
    return this.#waiting.size;
  }

  /** @param {number} [limit] bytes of the largest message that the server takes */
  welcomed(link, limit) {
    this.#stopped = null;
    if (link.mute) {
      this.giveUp({ code: 'unsupported', message: 'nothing can be published over server-sent events' });
      return;
    }
    this.#link = link;
    this.#limit = Number.isFinite(limit) ? limit : MESSAGE;
    this.#send();
  }

  /** What was under way may have been taken, or not: the next line will tell. */
  lineEnded() {
    this.#link = null;
    for (const one of this.#waiting.values()) one.sent = false;
  }

  /** The line ended for what was sent on it: nothing of that is sent again. */
  refuseSent(error) {
    for (const [id, one] of this.#waiting) if (one.sent) this.#refuse(one, id, error);
  }

  /** Nothing is published until the next welcome, or connect(). */
  giveUp(error) {
    this.#stopped = error;
    for (const [id, one] of this.#waiting) this.#refuse(one, id, error);
  }

  /** There will be a line again. */
  resume() {
    this.#stopped = null;
  }

  /** @returns {boolean} whether it was an answer to one of these */
  heard({ published, position, error, id = error?.id }) {
    const one = this.#waiting.get(id);
    if (!one || (published === undefined && !error)) return false;
    this.#waiting.delete(id);
    if (error) this.#refuse(one, id, error);
    else one.resolve({ channel: published, position, id });
    this.#send();
    return true;
  }

  #refuse(one, id, { code, message }) {
    if (this.#waiting.get(id) === one) this.#waiting.delete(id);
    one.reject(Object.assign(new Error(message), { code, id, channel: one.channel }));
  }

  #send() {
    if (!this.#link) return;
    let count = 0;
    let chars = 0;
    for (const [id, one] of this.#waiting) {
      if (!one.sent && one.bytes > this.#limit) {
        this.#refuse(one, id, { code: 'limit', message: `a message may have ${this.#limit} bytes: ${one.bytes}` });
        continue;
      }
      count++;
      chars += one.text.length;
      if (count > 1 && (count > PUBLISHING || chars > FRAME)) return;
      if (!one.sent) {
        one.sent = true;
        this.#link.send([one.text]);
      }
    }
  }
}
