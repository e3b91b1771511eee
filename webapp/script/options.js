// What a page may say, and what holds if it says nothing.
import { browser, browserEvents, browserPlace, browserStorage } from './browser.js';

const CONNECT = 10_000; // from the constructor to the welcome; browsers wait 20 to 240 s

const isText = value => typeof value === 'string';
const isFunction = value => typeof value === 'function';
const isObject = value => typeof value === 'object';
const isDuration = value => typeof value === 'number' && value > 0 && value < Infinity;

const FUNCTION = [isFunction, 'a function'];
const DURATION = [isDuration, 'a time in ms, more than 0'];
const BOOLEAN = [value => typeof value === 'boolean', 'true or false'];
const TOKEN = [value => isText(value) || isFunction(value), 'a text, or a function that fetches one'];

export const CLOCK = { setTimeout: FUNCTION, clearTimeout: FUNCTION, now: FUNCTION, random: FUNCTION };

const LINE = {
  ...CLOCK,
  token: TOKEN,
  connectTimeout: DURATION,
  autoConnect: BOOLEAN,
  reconnect: [isObject, 'an object with min, max, or both'],
  shared: BOOLEAN,
  background: BOOLEAN,
  log: FUNCTION,
  whoami: [isText, 'an address'],
  events: [isText, 'an address, or null for none'],
  WebSocket: [isFunction, 'a constructor'],
  EventSource: [isFunction, 'a constructor, or null for none'],
  fetch: [isFunction, 'a function, or null for none'],
  storage: [value => isFunction(value.getItem), 'a Storage, or null for none'],
  env: [value => isFunction(value.addEventListener), 'an EventTarget, or null for none'],
  location: [value => isText(value.href), 'an object with href, or null for none'],
};

const RECONNECT = {
  min: [value => isDuration(value) && value >= 100, 'a time in ms, 100 or more'],
  max: DURATION,
};

const START = {
  after: [value => isText(value) && /^[!-~]{1,80}$/.test(value), 'a position'],
  last: [value => Number.isInteger(value) && value >= 0, 'a whole number, 0 or more'],
  token: TOKEN,
  signal: [value => isFunction(value.addEventListener), 'an AbortSignal'],
};

const PAST = {
  after: START.after,
  last: START.last,
  limit: [value => Number.isInteger(value) && value >= 1 && value <= 1_000, 'a whole number from 1 to 1000'],
};

export const HEART_CHECK = {
  ...CLOCK,
  beat: DURATION,
  grace: DURATION,
  message: [isText, 'a text'],
  onDead: FUNCTION,
  reconnect: FUNCTION,
};

/**
 * @param {object} rules by the option's name: what it must be, as a test and in words
 * @returns {object} the options that were given; null means that there is none of it, undefined that nothing was said
 */
export function checked(what, given, rules) {
  if (given === undefined || given === null) return {};
  if (typeof given !== 'object') throw new TypeError(`${what} must be an object: ${String(given)}`);
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of said) {
    if (!Object.hasOwnProperty.call(rules, name)) {
      throw new TypeError(`${what} may be ${Object.keys(rules).join(', ')}: ${name}`);
    }
    const [test, words] = rules[name];
    if (value !== null && !test(value)) throw new TypeError(`${name} must be ${words}: ${shown(value)}`);
  }
  return Object.fromEntries(said);
}

/** @returns {object} options of a line, all of them: the page's, and the browser's where it gave none */
export function lineOptions(given) {
  const options = {
    WebSocket: browser.WebSocket,
    EventSource: browser.EventSource,
    fetch: browser.fetch,
    env: browserEvents(),
    storage: browserStorage(),
    location: browserPlace(),
    ...checked('options', given, LINE),
  };
  const byEvents = options.EventSource && options.events !== null;
  if (!options.WebSocket && !byEvents) throw new TypeError('no WebSocket here: pass options.WebSocket');
  return {
    ...options,
    connectTimeout: options.connectTimeout ?? CONNECT,
    random: options.random ?? Math.random,
    reconnect: reconnectOf(options.reconnect),
  };
}

function reconnectOf(given) {
  const { min, max } = checked('reconnect', given, RECONNECT);
  if (min && max && min > max) throw new TypeError(`min must not be more than max, which is ${max}: ${min}`);
  return { min: min ?? undefined, max: max ?? undefined };
}

/** @returns {{after?: string, last?: number, token?: (string|function), signal?: AbortSignal}} of a subscription */
export function startOf(given) {
  const { after, last, token, signal } = checked('start', given, START);
  if (signal?.aborted) throw signal.reason ?? new Error('it was aborted before it began');
  return { after: after ?? undefined, last: last ?? undefined, token: token ?? undefined, signal: signal ?? undefined };
}

/** @returns {{after?: string, last?: number, limit?: number}} what of the past is asked for */
export function pastOf(given) {
  const past = checked('options', given, PAST);
  const said = Object.fromEntries(Object.entries(past).filter(([, value]) => value !== null));
  if ('after' in said && 'last' in said) throw new TypeError(`after and last exclude each other: ${said.after}, ${said.last}`);
  return said;
}

/** A token that was fetched. @returns {?string} */
export function tokenOf(value) {
  const token = value ?? null;
  if (token === null || isText(token)) return token;
  throw new TypeError(`it must be a text: ${shown(token)}`);
}

function shown(value) {
  if (typeof value === 'bigint') return `${value}n`;
  return isText(value) ? `'${value.slice(0, 100)}'` : String(value);
}
