import { Events } from './events.js';

/**
 * What one subscribe() of the page gave it. Several of one channel share one subscription on the wire.
 *
 * Events: 'subscribed' ({ position, recovered, reason? }), 'gap' ({ position, reason }: load your state anew, the
 * pushes go on from there), 'unsubscribed' ({ reason }: a right ended, it is not taken up again) and
 * 'error' ({ code, message }).
 */
export class Subscription {
  #channel;
  #leave;
  #events = new Events('subscribed', 'gap', 'unsubscribed', 'error');

  /** Called with (data, { channel, offset, position? }) for each publication. Internal. */
  fn;

  constructor(channel, fn, leave) {
    this.#channel = channel;
    this.#leave = leave;
    this.fn = fn;
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

  unsubscribe() {
    this.#leave(this.#channel, this);
  }

  /** Internal. */
  emit(event, detail) {
    return this.#events.emit(event, detail);
  }
}
