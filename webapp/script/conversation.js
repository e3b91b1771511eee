import { WHY } from './codes.js';
import { FRAME } from './frames.js';
import { eventsAddress } from './address.js';
import { Alarm } from './clock.js';
import { Channels } from './channels.js';
import { noToken } from './credentials.js';
import { Link } from './link.js';
import { Publications } from './publications.js';
import { streamOver } from './streams.js';

const CHANGE = 50; // changes of what is read are collected for so long before a mute line is opened anew

/**
 * What is said on the present link: who we are, what we read and publish, and what the server tells. It outlives its
 * links: what one did not answer is said again on the next.
 *
 * Its host has: opened(), welcomed(mute), changedHands(code), said(event, detail), error({ code, message, about }) and
 * ended(end, mute), see Link, and note(what, detail) for support.
 * Internal.
 */
export class Conversation {
  #clock;
  #options;
  #doors;
  #credentials;
  #instance;
  #host;
  #as = null; // whose line it is to be again: the server refuses to take us for anybody else
  #line = null; // the name that the server gave the last one that was welcomed
  #change; // when a mute link is opened anew

  /** @type {?Link} the present attempt; null while waiting or stopped */
  link = null;

  /** @type {?string} whose line it is, as the server says */
  user = null;

  /** After 1009: one command per frame. */
  careful = false;

  publications = new Publications();
  channels;

  /**
   * @param {object} options complete
   * @param {{line: string, events: ?string}} doors where to connect to
   */
  constructor(clock, options, doors, credentials, instance, host) {
    this.#clock = clock;
    this.#options = options;
    this.#doors = doors;
    this.#credentials = credentials;
    this.#instance = instance;
    this.#host = host;
    this.#change = new Alarm(clock, () => this.#reopen());
    this.channels = new Channels({
      error: error => host.error(error),
      hole: hole => this.#hole(hole),
      changed: () => this.#change.due ?? this.#change.set(CHANGE),
    });
  }

  get transport() {
    if (!this.link) return null;
    return this.link.mute ? 'sse' : 'websocket';
  }

  get instance() {
    return this.#instance.id;
  }

  /** @type {object} for support */
  get shown() {
    const { transport, user, instance, channels, publications, link } = this;
    return { transport, user, instance, line: this.#line, rtt: link?.rtt, channels: channels.shown, publishing: publications.waiting };
  }

  /** @param {boolean} mute by server-sent events */
  open(take, mute) {
    this.#host.note('dial', { transport: mute ? 'sse' : 'websocket' });
    const { WebSocket, connectTimeout } = this.#options;
    this.link = new Link(this.#clock, this.#linkHost(take), connectTimeout, mute);
    const commands = mute ? this.channels.takeUp(this.link) : [];
    if (mute) this.link.open(() => this.#stream(commands));
    else this.link.open(() => new WebSocket(this.#doors.line, ['heartline.v1']));
  }

  /** Ends the present link without a word of it to the host. */
  leave(reason) {
    this.link?.leave(reason);
    this.#lost();
  }

  /** The next line may be anybody's. */
  forgetUser() {
    this.#as = null;
  }

  #stream(commands) {
    return streamOver(this.#options, eventsAddress(this.#doors.events, commands, this.#as), this.#credentials.token);
  }

  /** A mute link cannot be told what else to read: another one takes its place and reads on where it stood. */
  #reopen() {
    this.leave('another set of channels');
    this.open(false, true);
  }

  /** What a link tells. A link that was left tells nothing more, so all of it is about the present one. */
  #linkHost(take) {
    return {
      opened: () => this.#greet(take),
      welcomed: welcome => this.#welcomed(welcome),
      beat: frame => this.#host.said('beat', { serverTime: frame.beat, rtt: this.link.rtt }),
      told: frame => this.#told(frame),
      garbled: error => this.#host.error({ code: 'malformed', message: `unreadable frame: ${error.message}` }),
      ended: end => this.#ended(end),
    };
  }

  #greet(take) {
    this.#host.opened();
    if (this.link.mute) return;
    const { token } = this.#credentials;
    const { id } = this.#instance;
    const hello = { instance: id, token: token ?? undefined, as: this.#as ?? undefined, take: take || undefined };
    this.link.send([{ hello }, ...this.channels.takeUp(this.link)], this.careful ? 0 : FRAME);
  }

  #welcomed(welcome) {
    const user = welcome.user ?? null;
    if (this.#as !== null && user !== this.#as) return this.#host.changedHands(user === null ? 4503 : 4504);
    this.user = this.#as = user;
    this.#line = welcome.line ?? null;
    this.#host.note('welcome', { line: this.#line, user, beat: welcome.beat, grace: welcome.grace });
    this.publications.welcomed(this.link, welcome.limits?.message);
    return this.#host.welcomed(this.link.mute);
  }

  #told(frame) {
    this.#note(frame);
    if (!('expiring' in frame)) return this.publications.heard(frame) || this.channels.heard(frame);
    this.#host.said('expiring', { in: frame.expiring });
    return this.#renew(this.link);
  }

  /** For support: what becomes of subscriptions. Publications are too many. */
  #note(frame) {
    const what = ['subscribed', 'gap', 'unsubscribed', 'expiring'].find(name => name in frame);
    if (what) this.#host.note(what, frame);
  }

  /** Fetches a new token for the present link. If that fails, the server tells once more, or ends the line. */
  async #renew(link) {
    if (!link || link.mute) return; // a mute one gets it when it is opened anew
    try {
      const token = await this.#credentials.renewed();
      if (!token || link !== this.link) return;
      this.#credentials.token = token;
      link.send([{ token }]);
    } catch (error) {
      if (link === this.link) this.#host.error(noToken(error));
    }
  }

  /** Nobody can say what was missed, so the line is opened anew and reads on from the last good position. */
  #hole({ message, about }) {
    this.link.fail(4002, message);
    this.#host.error({ code: 'hole', message, about });
  }

  #ended(end) {
    const { mute } = this.link;
    const { code, reason, opened, dead } = end;
    this.#host.note('end', { code, reason, opened, ...(dead && { dead }) });
    if (end.code === 1009) this.publications.refuseSent({ code: 1009, message: WHY[1009] }); // one of them was it
    this.#lost();
    this.#host.ended(end, mute);
  }

  #lost() {
    this.#change.clear();
    this.link = null;
    this.channels.lineEnded();
    this.publications.lineEnded();
  }
}
