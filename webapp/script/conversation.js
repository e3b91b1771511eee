import { WHY } from './codes.js';
import { FRAME } from './frames.js';
import { eventsAddress } from './address.js';
import { nothing } from './browser.js';
import { Channels } from './channels.js';
import { noToken } from './credentials.js';
import { Link } from './link.js';
import { Publications } from './publications.js';
import { streamOver } from './streams.js';
import { Succession } from './succession.js';

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
  #succession;

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
    this.#succession = new Succession(clock, { succeed: () => this.#succeed(), replace: () => this.#replace() });
    this.channels = new Channels(clock, options.random, {
      error: error => host.error(error),
      hole: hole => this.#hole(hole),
      changed: () => this.#succession.changed(),
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
    const link = (this.link = new Link(this.#clock, this.#linkHost(take), connectTimeout, mute));
    if (!mute) return link.open(() => new WebSocket(this.#doors.line, ['heartline.v1']));
    return this.#stream(link, this.channels.takeUp(link));
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

  #stream(link, commands) {
    const { token } = this.#credentials;
    const { address, refused } = eventsAddress(this.#doors.events, commands, this.#as, token?.length ?? 0);
    link.open(() => streamOver(this.#options, address, token));
    for (const error of refused) this.channels.heard({ error }); // last: a listener may close the line
  }

  /** A mute link cannot be told what else to read: another one takes its place, and until then it goes on itself. */
  #succeed() {
    const { commands, begin } = this.channels.successor();
    const host = {
      ...this.#linkHost(false),
      opened: nothing,
      welcomed: welcome => {
        this.link.leave('another set of channels');
        this.link = next;
        begin(next);
        this.#succession.taken();
        this.#welcomed(welcome);
      },
      ended: end => this.#nextEnded(next, end),
    };
    const next = new Link(this.#clock, host, this.#options.connectTimeout, true);
    this.#succession.began(next);
    this.#stream(next, commands);
  }

  /** What the server says to the next link is meant for this page; else the present one is as good as ever. */
  #nextEnded(next, end) {
    if (next === this.link) return this.#ended(end);
    if (!end.bye) {
      this.#succession.failed(end);
      return this.#host.error({ code: 'stream', message: 'the event stream could not be opened anew: tried again later' });
    }
    this.link.leave('the server has ended the line');
    return this.#ended(end);
  }

  #replace() {
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
    this.#succession.stop();
    this.link = null;
    this.channels.lineEnded();
    this.publications.lineEnded();
  }
}
