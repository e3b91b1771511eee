// The addresses of the server's doors.
import { browser } from './browser.js';

/**
 * Where to start is part of the URL: a mute line cannot say it later.
 *
 * @param {object[]} commands subscribes
 * @param {?string} as whose line it was
 * @returns {string}
 */
export function eventsAddress(door, commands, as) {
  const since = [];
  const channels = [];
  for (const { subscribe, after, last } of commands) {
    // Neither names nor positions hold a comma or an equals sign; what does is no position, and the server says so.
    if (after !== undefined) since.push(`${subscribe}=${String(after).replace(/[,=]/g, '?')}`);
    else if (last > 0) since.push(`${subscribe}=-${Math.min(last, 999_999_999)}`);
    else channels.push(subscribe);
  }
  // These need no escapes in a query, and servers take 8 KiB of head.
  const text = list => encodeURIComponent(list.join()).replace(/%(2C|2F|3A|3D)/g, decodeURIComponent);
  const query = `channels=${text(channels)}${since.length > 0 ? `&since=${text(since)}` : ''}${as === null ? '' : `&as=${encodeURIComponent(as)}`}`;
  return `${door}${door.includes('?') ? '&' : '?'}${query}`;
}

/** @returns {string} with scheme and host and without `#...` */
export function absolute(url, place) {
  const written = String(url);
  const whole = /^[a-z]+:\/\/[^/]/i.test(written);
  if (!whole && !browser.URL) throw new TypeError(`there is no page: the address must begin with wss://host: ${url}`);
  return (whole ? written : resolved(written, place?.href)).replace(/#.*/, '');
}

function resolved(written, base) {
  try {
    return new URL(written, base).href;
  } catch {
    throw new TypeError(`the address must be whole, or relative to that of a page: ${written} at ${base ?? 'no page'}`);
  }
}

/** @returns {string} a ws(s) address, whatever the page wrote: browsers older than 2024 take nothing else */
export function lineAddress(url, place) {
  const address = absolute(url, place).replace(/^http/i, 'ws');
  if (!/^wss?:/i.test(address)) throw new TypeError(`the address must be ws(s) or http(s): ${address}`);
  return address;
}

/** @returns {string} a neighbour of the line's address, such as `api/whoami`, by http(s) */
export function neighbour(path, line) {
  const [, scheme, host, folder] = /^ws(s?:\/\/)([^/?]+)(\/(?:[^?]*\/)?)?/i.exec(line);
  return `http${scheme}${host}${folder ?? '/'}${path}`;
}

/** @returns {?string} the door of server-sent events; null for none */
export function eventsDoor(line, { events = neighbour('events', line), location }) {
  return events === null ? null : absolute(events, location);
}

/** @returns {string} where is asked by HTTP why there is no line */
export function whoamiDoor(line, { whoami, location }) {
  return whoami ? absolute(whoami, location ?? { href: line.replace(/^ws/i, 'http') }) : neighbour('api/whoami', line);
}
