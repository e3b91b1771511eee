import { Events } from './events.js';
import { Queue } from './queue.js';

/**
 * What one subscribe() of the page gave it. Several of one channel share one subscription on the wire.
 *
 * Events: 'subscribed' ({ position, recovered, reason?, joined? }), 'gap' ({ position, reason }: load your state anew,
 * the pushes go on from there), 'unsubscribed' ({ reason }: a right ended, it is not taken up again) and
 * 'error' ({ code, message }).
 *
 * It can be looped over too: `for await (const { data, position } of subscription)`. A gap, a right that ended and a
 * refusal end the loop by an Error with `code`; another loop goes on behind it. Leaving the loop unsubscribes.
 */
export class Subscription {
  #channel;
  #leave;
  #fn;
  #signal;
  #queue; // once it is looped over
  #events = new Events('subscribed', 'gap', 'unsubscribed', 'error');
  #aborted = () => this.unsubscribe();

  /** Which of those who share the line has it. Internal. */
  owner;

  /**
   * @param {?function} fn called with (data, { channel, offset, position?, time, id? }) for each publication; null if
   *     the page only loops over them
   * @param {AbortSignal} [signal] unsubscribes
   */
  constructor(channel, fn, leave, signal) {
    this.#channel = channel;
    this.#leave = leave;
    this.#fn = fn;
    this.#signal = signal;
    if (!fn) this.#queue = new Queue();
    signal?.addEventListener('abort', this.#aborted);
  }

  /** @type {string} the channel's name */
  get channel() {
    return this.#channel.name;
  }

  /** @type {?string} where to go on reading: keep it, and give it to subscribe() as `after` */
  get position() {
    return this.#channel.position;
  }

  /**
   * @param {'subscribed'|'gap'|'unsubscribed'|'error'} event
   * @returns {function()} takes the listener off again
   */
  on(event, fn) {
    return this.#events.on(event, fn);
  }

  /** As on(), for the next time only. */
  once(event, fn) {
    return this.#events.once(event, fn);
  }

  unsubscribe() {
    this.#leave(this.#channel, this);
    this.#over();
  }

  [Symbol.asyncIterator]() {
    this.#queue = this.#queue ?? new Queue();
    return {
      next: () => this.#queue.take(),
      return: async value => {
        this.unsubscribe();
        return { value, done: true };
      },
    };
  }

  /** Internal. */
  moveTo(channel, leave) {
    this.#channel = channel;
    this.#leave = leave;
    channel.subscriptions.add(this);
  }

  /** Internal. */
  take(data, about) {
    this.#fn?.(data, about);
    if (this.#queue && !this.#queue.put({ data, ...about })) this.#gap({ position: this.position, reason: 'slow' });
  }

  /** Internal. @returns {boolean} whether anybody hears it */
  emit(event, detail) {
    const heard = this.#events.emit(event, detail);
    if (event === 'gap') this.#gap(detail);
    else if (event === 'error') this.#queue?.fail(detail);
    else if (event === 'unsubscribed') this.#ended(detail);
    return heard || this.#queue !== undefined;
  }

  #gap({ position, reason }) {
    this.#queue?.fail({ code: 'gap', message: `updates were missed: ${reason}`, position, reason });
  }

  #ended({ reason }) {
    this.#queue?.fail({ code: 'unsubscribed', message: `a right ended: ${reason}`, reason });
    this.#over();
  }

  #over() {
    this.#signal?.removeEventListener('abort', this.#aborted);
    this.#queue?.end();
  }
}
