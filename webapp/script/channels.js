import { Backoff } from './backoff.js';
import { Channel } from './channel.js';
import { Alarm } from './clock.js';
import { Subscription } from './subscription.js';

/**
 * All channels this page reads, and what the present line was asked about them. It takes them up again on every
 * line, and hands each frame to the channel it is about.
 *
 * Its host has: error({ code, message, about }), hole(why) and changed(): a mute line reads another set of channels
 * than it was opened for.
 * Internal.
 */
export class Channels {
  #host;
  #byName = new Map();
  #leaving = new Set(); // names whose unsubscribe the present line has not answered
  #link = null; // the present line once it is open
  #leaves = (channel, subscription) => this.#leave(channel, subscription);
  #unavailable = new Set(); // channels that the server could not open; it is asked again
  #again;
  #backoff;

  constructor(clock, random, host) {
    this.#host = host;
    this.#backoff = new Backoff(random, { min: 1_000 });
    this.#again = new Alarm(clock, () => this.#askAgain());
  }

  /** @type {object[]} for support: what is read, and from where */
  get shown() {
    return [...this.#byName.values()].map(channel => channel.shown);
  }

  subscribe(name, fn, start, owner) {
    const channel = this.#byName.get(name) ?? new Channel(name, start);
    this.#byName.set(name, channel);
    const subscription = new Subscription(channel, fn, this.#leaves, start.signal);
    subscription.owner = owner;
    channel.subscriptions.add(subscription);
    if (channel.held) channel.welcome(subscription);
    this.#ask(channel);
    return subscription;
  }

  /** @returns {Channel[]} what one of those who share the line reads, taken off it; for resume() */
  suspend(owner) {
    const suspended = [];
    for (const channel of [...this.#byName.values()]) {
      const own = [...channel.subscriptions].filter(subscription => subscription.owner === owner);
      if (own.length === 0) continue;
      for (const subscription of own) this.#leave(channel, subscription);
      suspended.push(channel.split(own));
    }
    return suspended;
  }

  resume(suspended) {
    for (const one of suspended.filter(({ subscriptions }) => subscriptions.size > 0)) {
      const channel = this.#byName.get(one.name) ?? one;
      this.#byName.set(one.name, channel);
      channel.rejoin(one, this.#leaves);
      this.#ask(channel);
    }
  }

  /** @returns {object[]} the commands that take up everything on a line that has just opened, or is about to */
  takeUp(link) {
    this.#link = link;
    const channels = this.#inOrder();
    const later = link.mute ? [] : channels.filter(channel => channel.fetchesToken);
    for (const channel of later) this.#askWithToken(channel);
    return channels.filter(channel => !later.includes(channel)).map(channel => this.#asking(channel));
  }

  /**
   * @returns {{commands: object[], begin: function(Link)}} the commands for another mute link, and what to call when it
   *     takes the place of the present one. What was subscribed anew meanwhile is not what it was asked for.
   */
  successor() {
    const channels = this.#inOrder();
    const begin = link => {
      this.lineEnded();
      this.#link = link;
      for (const channel of channels) channel.asked = this.#byName.get(channel.name) === channel;
    };
    return { commands: channels.map(channel => channel.command()), begin };
  }

  /** What is read already comes first: if the server does not take all, those that came last are refused. */
  #inOrder() {
    const all = [...this.#byName.values()];
    return [...all.filter(({ position }) => position !== null), ...all.filter(({ position }) => position === null)];
  }

  #asking(channel) {
    channel.asked = true;
    return channel.command();
  }

  lineEnded() {
    this.#link = null;
    this.#leaving.clear();
    this.#again.clear();
    this.#unavailable.clear();
    for (const channel of this.#byName.values()) channel.lineEnded();
  }

  heard(frame) {
    if (frame.error) return this.#refused(frame.error);
    const name = frame.channel ?? frame.subscribed ?? frame.gap ?? frame.unsubscribed;
    if (this.#leaving.has(name)) {
      // One with a reason is no answer: the right ended meanwhile, and our unsubscribe will be refused.
      return 'unsubscribed' in frame && frame.reason === undefined && this.#left(name);
    }
    const channel = this.#byName.get(name);
    // An answer that was not asked for is that of an earlier subscription, on a mute line.
    return channel?.asked && this.#pass(frame, channel);
  }

  #pass(frame, channel) {
    if ('channel' in frame) return channel.push(frame) || this.#host.hole(channel.hole(frame));
    if ('subscribed' in frame) {
      this.#backoff.reset();
      return channel.subscribed(frame);
    }
    if ('gap' in frame) return channel.gap(frame);
    if (frame.reason === 'expired' && channel.fetchesToken) {
      channel.lineEnded();
      return this.#ask(channel); // with a new token, from where it stood
    }
    this.#byName.delete(channel.name);
    return channel.ended(frame);
  }

  #ask(channel) {
    if (!this.#link || channel.asked || this.#leaving.has(channel.name)) return;
    if (channel.fetchesToken && !this.#link.mute) return void this.#askWithToken(channel);
    if (this.#link.mute) this.#host.changed();
    else this.#link.send([this.#asking(channel)]);
  }

  async #askWithToken(channel) {
    const link = this.#link;
    const isWanted = () => link === this.#link && this.#byName.get(channel.name) === channel;
    channel.asked = true;
    try {
      const token = await channel.fetchToken();
      if (isWanted()) link.send([{ ...channel.command(), token }]);
    } catch (error) {
      if (!isWanted()) return;
      channel.refused(); // the next line tries again
      const told = { code: 'token', message: `no token: ${error?.message ?? error}`, about: channel.name };
      if (!channel.failed(told)) this.#host.error(told);
    }
  }

  #askAgain() {
    const channels = [...this.#unavailable].filter(channel => this.#byName.get(channel.name) === channel);
    this.#unavailable.clear();
    for (const channel of channels) this.#ask(channel);
  }

  #leave(channel, subscription) {
    channel.subscriptions.delete(subscription);
    if (channel.subscriptions.size > 0 || this.#byName.get(channel.name) !== channel) return;
    this.#byName.delete(channel.name);
    if (this.#link?.mute) return this.#host.changed(); // its frames are not heard any more
    if (!channel.asked) return;
    this.#leaving.add(channel.name);
    return this.#link.send([{ unsubscribe: channel.name }]);
  }

  /** Somebody may have subscribed again meanwhile; only now can the answers not be mistaken for the earlier ones. */
  #left(name) {
    this.#leaving.delete(name);
    if (this.#byName.has(name)) this.#ask(this.#byName.get(name));
  }

  /**
   * A refused subscribe is asked again by the next line: what refused it may have passed. `unavailable` passes soon, as
   * when a server waits for its Redis, and the line may live for hours: that is asked again on this one.
   */
  #refused(error) {
    const { code, about } = error;
    // Only `none` answers an unsubscribe; any other refusal is of the subscribe before it.
    if (this.#leaving.has(about)) return code === 'none' && this.#left(about);
    const channel = this.#byName.get(about);
    if (code !== 'already') channel?.refused();
    if (channel && code === 'unavailable') {
      this.#unavailable.add(channel);
      if (this.#again.due === null) this.#again.set(this.#backoff.next());
    }
    return channel?.failed(error) || this.#host.error(error);
  }
}
