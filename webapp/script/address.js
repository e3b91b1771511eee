// The addresses of the server's doors.
import { browser } from './browser.js';

const HEAD = 7_000; // bytes of an address and a token: servers take 8 KiB of head, and more than these is in it

// These need no escapes in a query.
const unescaped = text => encodeURIComponent(text).replace(/%(2C|2F|3A|3D)/g, decodeURIComponent);

/** @returns {{item: string, known: boolean}} what the address says of one channel, and whether it names a start */
function itemOf({ subscribe, after, last }) {
  // Neither names nor positions hold a comma or an equals sign; what does is no position, and the server says so.
  if (after !== undefined) return { item: `${subscribe}=${String(after).replace(/[,=]/g, '?')}`, known: true };
  if (last > 0) return { item: `${subscribe}=-${Math.min(last, 999_999_999)}`, known: true };
  return { item: subscribe, known: false };
}

/**
 * Where to start is part of the URL: a mute line cannot say it later. What does not fit is left out, the last first.
 *
 * @param {object[]} commands subscribes
 * @param {?string} as whose line it was
 * @param {number} reserved bytes of the head that a token takes
 * @returns {{address: string, refused: object[]}} `refused` has an error for each channel that is not in the address
 */
export function eventsAddress(door, commands, as, reserved) {
  const [channels, since, refused] = [[], [], []];
  const before = `${door}${door.includes('?') ? '&' : '?'}channels=`;
  const behind = as === null ? '' : `&as=${encodeURIComponent(as)}`;
  let room = HEAD - reserved - before.length - '&since='.length - behind.length;
  for (const command of commands) {
    const about = command.subscribe;
    const { item, known } = itemOf(command);
    const size = unescaped(item).length + 1;
    if (/[,=]/.test(about)) refused.push({ code: 'channel', message: 'a name holds no comma and no equals sign', about });
    else if (size > room) refused.push({ code: 'limit', message: 'the address of the event stream would be too long', about });
    else {
      room -= size;
      (known ? since : channels).push(item);
    }
  }
  const start = since.length > 0 ? `&since=${unescaped(since.join())}` : '';
  return { address: `${before}${unescaped(channels.join())}${start}${behind}`, refused };
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
