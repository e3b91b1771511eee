// Types of the page script. All times are milliseconds.

/**
 * - `connecting`: an attempt is under way
 * - `live`: updates arrive
 * - `waiting`: it comes back by itself
 * - `replaced`: a newer tab took the line; `takeBack()` takes it back
 * - `refused`: coming back would be wrong: logged out, blocked, not allowed, no seat
 * - `closed`: the page called `close()`, or the server ended the line for good
 *
 * The last three are left only by `takeBack()`, `connect()` or a new object.
 */
export type State = 'connecting' | 'live' | 'waiting' | 'replaced' | 'refused' | 'closed';

/**
 * Why a line ended, as far as it is known today. 4500 to 4999 mean stay away, also codes that are not listed.
 *
 * - 1000 the server ended the line; 1001 it is stopping; 1006 the connection was lost; 1008 the server ended the session;
 *   1009 a message was too big; 1012 the server is restarting
 * - 4000 the server moves its lines; 4001 the token has expired; 4002 too slow, or something was missed; 4003 no answer to
 *   beats; 4008 the server is busy, or another tab holds the line
 * - 4500 a newer tab took the line; 4501 ended for good; 4502 the user is blocked; 4503 logged out; 4504 the credentials were
 *   refused; 4505 no more lines for this user; 4506 wrong version; 4507 the server could not read this page; 4508 not allowed
 */
export type CloseCode =
  | 1000 | 1001 | 1006 | 1008 | 1009 | 1012
  | 4000 | 4001 | 4002 | 4003 | 4008
  | 4500 | 4501 | 4502 | 4503 | 4504 | 4505 | 4506 | 4507 | 4508
  | (number & {});

/** What a listener to the state is told besides the state. */
export interface StateDetail {
  /** One sentence in English. */
  why: string;
  /** For which the last line ended. */
  code?: CloseCode;
  /** The server's own words, which may be empty. */
  reason?: string;
  /** Until the next attempt, in ms. Only with `waiting`; absent while it is not known. */
  delay?: number;
  /** The browser itself refuses the address, for example by a content security policy. */
  blocked?: true;
  /** What the server answered by HTTP to the question why. */
  status?: number;
}

export interface Beat {
  /** The server's clock, in ms since 1970. */
  serverTime: number;
  /** The last measured round trip, in ms. */
  rtt?: number;
}

/** Something was refused or lost. The line goes on. */
export interface LineError {
  /**
   * - `token`: no token could be fetched
   * - `malformed`: a frame that cannot be read
   * - `hole`: the line missed something and is opened anew
   * - `1009`: a message was too big for the server
   * - others in the server's words, such as `forbidden`, `channel`, `limit`
   */
  code: 'token' | 'malformed' | 'hole' | 'forbidden' | 'unavailable' | 'channel' | 'limit' | 1009 | (string & {});
  message: string;
  /** The channel that it is about. */
  about?: string;
}

/** What listeners to the line get, by the name of the event. */
export interface LineEvents {
  state: [state: State, detail: StateDetail];
  beat: [beat: Beat];
  error: [error: LineError];
  /** The line ends in so many ms, unless its session or its credentials are renewed. */
  expiring: [about: { in: number }];
}

/** What comes with each publication. */
export interface About {
  channel: string;
  /** One more than that of the publication before. */
  offset: number;
  /** Where to read on behind it; it comes with the last publication of each batch. */
  position?: string;
  /** When it was published, in ms since 1970. */
  time: number;
  /** The id that its publisher gave it, if any. Two publishers may give the same. */
  id?: string;
}

/** Where a subscription begins. Without `after` and `last`, from now. */
export interface Start {
  /** A position kept from before. */
  after?: string | null | undefined;
  /** How many publications back. */
  last?: number | null | undefined;
  /** By which the application opens the channel to this user, or where to fetch one; a function is asked for each line. */
  token?: Token | null | undefined;
  /** Unsubscribes when it is aborted. One that is aborted already is thrown. */
  signal?: AbortSignalLike | null | undefined;
}

export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: any;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Credentials, or where to fetch them. A function that brings none says null. */
export type Token = string | (() => string | null | undefined | Promise<string | null | undefined>);

/** What listeners to a subscription get, by the name of the event. */
export interface SubscriptionEvents {
  /**
   * `recovered` is false if updates were missed; then `gap` follows. `joined` is true if the channel was read already, so
   * that `after` and `last` had no effect.
   */
  subscribed: [about: { position: string; recovered: boolean; reason?: GapReason; joined?: true }];
  /** Updates were missed and cannot be brought back: load your state anew. The subscription goes on. */
  gap: [about: { position: string; reason?: GapReason }];
  /** A right ended. It is not taken up again by itself. */
  unsubscribed: [about: { reason?: string }];
  error: [error: LineError];
}

export type GapReason = 'slow' | 'trimmed' | 'epoch' | 'diverged' | 'unknown' | (string & {});

/** A publication, as a loop gets it. */
export interface Publication<T = unknown> extends About {
  data: T;
}

/** What ends a loop over a subscription. */
export interface LoopError extends Error {
  /**
   * - `gap`: updates were missed: load your state anew, and loop again
   * - `unsubscribed`: a right ended
   * - others: the server refused the subscription, in its words
   */
  code: 'gap' | 'unsubscribed' | 'forbidden' | 'channel' | 'limit' | (string & {});
  /** Of a gap: where the pushes go on. */
  position?: string;
  reason?: GapReason;
}

/**
 * What one `subscribe()` gave. Several of one channel share one subscription on the wire.
 *
 * `for await (const { data, position } of subscription)` takes one publication after the other. A gap, a right that ended
 * and a refusal end the loop by a LoopError; leaving the loop unsubscribes. What comes between two loops waits for the
 * second. A loop that falls 10,000 publications behind gets a gap with the reason `slow`.
 */
export interface Subscription<T = unknown> extends AsyncIterable<Publication<T>> {
  readonly channel: string;
  /** Where to read on: keep it, and give it to `subscribe()` as `after`. Null until the server has told it. */
  readonly position: string | null;
  /** @returns takes the listener off again */
  on<E extends keyof SubscriptionEvents>(event: E, listener: (...args: SubscriptionEvents[E]) => void): () => void;
  /** As `on`, for the next time only. */
  once<E extends keyof SubscriptionEvents>(event: E, listener: (...args: SubscriptionEvents[E]) => void): () => void;
  unsubscribe(): void;
}

/** The server has it on its disk. */
export interface Published {
  channel: string;
  position: string;
  id: string;
}

/** Why something was not published. */
export interface PublishError extends Error {
  /**
   * - `forbidden`: this user may not publish there
   * - `unavailable`: try again, with `id`
   * - `limit`: too large, or too many wait
   * - `channel`, `malformed`: the server could not read it
   * - `unsupported`: the line goes by server-sent events
   * - `already`: one with this id is under way
   * - `replaced`, `refused`, `closed`: the line stays away
   * - `1009`: the server closed the line because a message was too big
   */
  code:
    | 'forbidden' | 'unavailable' | 'limit' | 'channel' | 'malformed' | 'unsupported' | 'already'
    | 'replaced' | 'refused' | 'closed' | 1009 | (string & {});
  id: string;
  channel: string;
}

/** What listeners to a presence get, by the name of the event. */
export interface PresenceEvents {
  change: [about: { joined: string[]; left: string[] }];
  error: [error: { code: 'forbidden' | 'presence' | 'unsubscribed' | (string & {}); message: string }];
}

/** Who is in a channel. */
export interface Presence {
  /** Those who are here; in a channel with very many, only some of them. */
  readonly users: ReadonlySet<string>;
  /** How many are here. */
  readonly count: number;
  /** @returns takes the listener off again */
  on<E extends keyof PresenceEvents>(event: E, listener: (...args: PresenceEvents[E]) => void): () => void;
  /** As `on`, for the next time only. */
  once<E extends keyof PresenceEvents>(event: E, listener: (...args: PresenceEvents[E]) => void): () => void;
  unsubscribe(): void;
}

/** What behaves like a WebSocket. */
export interface WebSocketLike {
  readonly readyState: number;
  onopen: ((event: any) => any) | null;
  onmessage: ((event: any) => any) | null;
  onerror: ((event: any) => any) | null;
  onclose: ((event: any) => any) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export interface WebSocketConstructor {
  new (url: string, protocols: string[]): WebSocketLike;
}

/** What behaves like an EventSource. */
export interface EventSourceLike {
  onopen: ((event: any) => any) | null;
  onmessage: ((event: any) => any) | null;
  onerror: ((event: any) => any) | null;
  close(): void;
}

export interface EventSourceConstructor {
  new (url: string, options: { withCredentials: boolean }): EventSourceLike;
}

/** Where the events of the page's life come from: `pagehide`, `pageshow`, `freeze`, `resume`, `visibilitychange`, `online`, `offline`. */
export interface LifeEvents {
  addEventListener(type: string, listener: (event: any) => void): void;
  removeEventListener(type: string, listener: (event: any) => void): void;
  readonly visibilityState?: string;
}

/** Keeps the name of the tab over a reload, as sessionStorage does. */
export interface StorageLike {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Time, if it is not the browser's. */
export interface ClockOptions {
  setTimeout?: ((fn: () => void, ms: number) => any) | undefined;
  clearTimeout?: ((timer: any) => void) | undefined;
  /** Wall clock in ms. The default, `Date.now`, counts sleep; `performance.now` does not. */
  now?: (() => number) | undefined;
  /** From 0 to 1, as `Math.random`, which is the default. */
  random?: (() => number) | undefined;
}

export interface LineOptions extends ClockOptions {
  /** Credentials, or where to fetch them; a function is asked for each attempt and before they expire. */
  token?: Token | null | undefined;
  /** False: nothing is dialled before `connect()`. What is published meanwhile waits. True by default. */
  autoConnect?: boolean | null | undefined;
  /** False: a line of its own, also if the page has one to this address already. True by default. */
  shared?: boolean | null | undefined;
  /** True: connects even if nobody has looked at the page yet. False by default. */
  background?: boolean | null | undefined;
  /** The shortest and the longest wait before an attempt, in ms; 250 and 30250. What the server says comes first. */
  reconnect?: { min?: number | null | undefined; max?: number | null | undefined } | null | undefined;
  /** Told what happens, for support. No token and no publication is in it. */
  log?: ((what: LogEntry['what'], detail: Record<string, unknown>) => void) | null | undefined;
  /** From the start of an attempt to the welcome, in ms; 10000. */
  connectTimeout?: number | undefined;
  /** Asked by HTTP why a line was refused; by default `api/whoami` beside the door. */
  whoami?: string | undefined;
  /** The way for pages whose WebSockets are blocked; by default `events` beside the door. Null for none. */
  events?: string | null | undefined;
  /** The browser's by default. */
  WebSocket?: WebSocketConstructor | undefined;
  /** The browser's by default; null for none. */
  EventSource?: EventSourceConstructor | null | undefined;
  /** The browser's by default; null for none. */
  fetch?: ((url: string, request: any) => Promise<any>) | null | undefined;
  /** sessionStorage by default; null for none. */
  storage?: StorageLike | null | undefined;
  /** The window and its document by default; null for none. */
  env?: LifeEvents | null | undefined;
  /** What a relative address is relative to; `document.baseURI` by default. */
  location?: { readonly href: string } | null | undefined;
}

/** Why a line is not ready, and will not be by itself. */
export interface ReadyError extends Error {
  state: 'replaced' | 'refused' | 'closed';
  code?: CloseCode;
}

/** One thing that happened to the line. */
export interface LogEntry {
  /** In ms since 1970, by the page's clock. */
  time: number;
  what: 'state' | 'dial' | 'welcome' | 'end' | 'error' | 'subscribed' | 'gap' | 'unsubscribed' | 'expiring' | (string & {});
  detail: Record<string, unknown>;
}

/** The line at one moment, for support. */
export interface Snapshot {
  version: string;
  /** In ms since 1970, by the page's clock. */
  time: number;
  /** The address without its query. */
  url: string;
  state: State;
  detail: Partial<StateDetail>;
  /** Why the page is away: hidden away or frozen; null if it is not. */
  away: string | null;
  /** Attempts in a row that never opened. */
  unopened: number;
  transport: 'websocket' | 'sse' | null;
  user: string | null;
  instance: string;
  /** The server's name of the last line. */
  line: string | null;
  rtt?: number | undefined;
  channels: { channel: string; position: string | null; held: boolean; subscriptions: number }[];
  /** Publications that wait for their answer. */
  publishing: number;
  /** The last 50 things that happened, oldest first. */
  journal: LogEntry[];
}

/** What of the past is asked for: everything behind a position, or so many of the newest. */
export interface Past {
  after?: string | null | undefined;
  /** Not together with `after`. */
  last?: number | null | undefined;
  /** Publications on a page, 1 to 1000; 100. */
  limit?: number | null | undefined;
}

/** A page of what was published before. */
export interface History<T = unknown> {
  channel: string;
  publications: { offset: number; position: string; time: number; id?: string; data: T }[];
  /** Where the page ends: ask with it as `after` while `more` is true. */
  position: string;
  /** The newest position of the channel. */
  head: string;
  more: boolean;
  /** False if what follows the position is not there any more; `gap` says why, and there are no publications. */
  recovered: boolean;
  gap?: GapReason;
}

/** One line to the server, kept alive, taken up again where it broke off. */
export declare class Heartline {
  /** The version of the script, which is that of the server it came from. */
  static readonly version: string;
  static readonly heartCheck: typeof heartCheck;

  /**
   * Any text as one part of a channel's name, as the server writes it: `ann@example.com` is `ann#40example.com`.
   *
   * @throws RangeError if it would be longer than 250 characters: such parts are made by the server
   */
  static channelPart(text: string): string;

  /**
   * The private channel of a user, such as `user:ann#40example.com`.
   *
   * @throws RangeError if it would be longer than 255 characters: such names are made by the server
   */
  static userChannel(id: string): string;

  /**
   * Connects after the current task, so listeners put on right behind it hear everything.
   *
   * @param url of the door; relative, http(s) or ws(s)
   */
  constructor(url: string | URL, options?: LineOptions | null);

  readonly state: State;
  /** What the present line, or attempt, travels on; null if there is none. */
  readonly transport: 'websocket' | 'sse' | null;
  /** Whose line it is, as the server says; null if anonymous or not yet known. */
  readonly user: string | null;
  /** The name of this tab. */
  readonly instance: string;

  /** @returns takes the listener off again */
  on<E extends keyof LineEvents>(event: E, listener: (...args: LineEvents[E]) => void): () => void;
  /** As `on`, for the next time only. */
  once<E extends keyof LineEvents>(event: E, listener: (...args: LineEvents[E]) => void): () => void;

  /** @returns settled once the line is live; rejected with a ReadyError if it is replaced, refused or closed */
  ready(): Promise<void>;

  /** What support wants to know. JSON can say it; no token and no publication is in it. */
  snapshot(): Snapshot;

  /**
   * Reads what was published before, by HTTP, a page at a time.
   *
   * @returns rejected with an Error that has `status` if the server refuses
   */
  history<T = unknown>(channel: string, past?: Past | null): Promise<History<T>>;

  /**
   * Hears a channel, over all reconnects: each publication once and in order, or a `gap`. A second subscribe of the same
   * channel joins the first one where it is.
   */
  subscribe<T = unknown>(channel: string, listener: (data: T, about: About) => void, start?: Start | null): Subscription<T>;

  /** The same without a listener, to be looped over: `for await (const { data } of line.subscribe('orders'))`. */
  subscribe<T = unknown>(channel: string, start?: Start): Subscription<T>;

  /**
   * Publishes in a channel, if the server allows it. What is said while there is no line waits for the next one; what a line
   * has not answered is sent again, and published once.
   *
   * @param options.id 1 to 128 visible ASCII characters, by which the server knows the publication again
   * @returns settled once the server has it on its disk; rejected with a PublishError
   */
  publish(channel: string, data: unknown, options?: { id?: string | null | undefined } | null): Promise<Published>;

  /** Tells who is in a channel, over all reconnects. */
  presence(channel: string): Presence;

  /** @returns the round trip in ms; rejected if there is no line, it ends first, or it goes by server-sent events */
  probe(): Promise<number>;

  /**
   * Takes the line back from the tab that has it. Call it only when a user asks for it.
   *
   * @returns false if nobody else holds it; then nothing happens
   */
  takeBack(): boolean;

  /** Connects now: out of replaced, refused or closed, or before a delay is over. */
  connect(): void;

  /** Ends the line for good; subscriptions are kept for a `connect()`. */
  close(): void;

  /** The app cannot be seen any more: ends the line at once, and nothing comes back before `show()`. */
  hide(): void;

  /** The app can be seen again. */
  show(): void;
}

export interface HeartCheckOptions<S extends WebSocketLike = WebSocketLike> extends ClockOptions {
  /** Send after so long without anything received, in ms; 25000. */
  beat?: number | undefined;
  /** Wait so long for an answer before suspicion, in ms; 10000. A probe adds 5000. */
  grace?: number | undefined;
  /** What to send; `HeartBeat`, which the server echoes. */
  message?: string | undefined;
  /** Told which WebSocket was given up. */
  onDead?: ((webSocket: S) => void) | undefined;
  /** Makes the next WebSocket, and returns it unless it can be found. Do not reconnect in `onclose` as well. */
  reconnect?: (() => S | void) | undefined;
}

/** Watches a WebSocket that belongs to the page. */
export interface HeartCheck {
  /** Call it in `onopen`: watches the present WebSocket. */
  start(): this;
  /** Call it in `onmessage`, unless the WebSocket has `addEventListener`. */
  reset(): this;
  /** Watches no longer, and reconnects no longer. */
  stop(): this;
}

/**
 * A heart check for pages that own their WebSocket: sends a text after a beat without anything received, and says at once
 * when the connection is dead.
 *
 * @param webSocket it, or where to find the present one
 */
export declare function heartCheck<S extends WebSocketLike = WebSocketLike>(
  webSocket: S | (() => S | null | undefined),
  options?: HeartCheckOptions<S>,
): HeartCheck;
