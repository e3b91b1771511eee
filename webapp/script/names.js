// Names: of channels, and those that nobody else has.
import { browser } from './browser.js';

const LONGEST = 255; // characters of a channel's name
const LONGEST_PART = 250; // of a part that channelPart() makes; longer ones are hashed by the server

/** @returns {string} the name of a channel, which is what it was called with */
export function channelName(name, what = 'channel') {
  if (typeof name !== 'string' || !name) throw new TypeError(`${what} must be a name: ${String(name)}`);
  if (name.length > LONGEST) throw new TypeError(`${what} may have ${LONGEST} characters: ${name.length}`);
  if (!/^[\w.:#/-]+$/.test(name)) {
    throw new TypeError(`${what} may contain A-Z a-z 0-9 _ . : # / - only, channelPart() writes other texts so: ${name}`);
  }
  return name;
}

/**
 * Any text as one part of a channel's name, as the server writes it: `ann@example.com` is `ann#40example.com`. No two
 * texts have the same part, and no part has a colon in it.
 *
 * @param {string} text
 * @returns {string}
 */
export function channelPart(text) {
  return fitting(escaped(text, '#3A'), text, LONGEST_PART);
}

/**
 * The private channel of a user, such as `user:ann#40example.com`.
 *
 * @param {string} id as the server knows the user; see `line.user`
 * @returns {string}
 */
export function userChannel(id) {
  return fitting(`user:${escaped(id, ':')}`, id, LONGEST);
}

/** Characters that a name may not contain, and `#` itself, are `#` and two hex digits for each byte of UTF-8. */
function escaped(text, colon) {
  if (typeof text !== 'string' || !text) throw new TypeError(`a part of a name must be a text that is not empty: ${String(text)}`);
  return encodeURIComponent(text)
    .replace(/[!~*'()]/g, one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%2F/g, '/')
    .replace(/%3A/g, colon)
    .replace(/%/g, '#');
}

function fitting(written, text, limit) {
  if (written.length <= limit) return written;
  throw new RangeError(`a name may have ${limit} characters, longer ones are made by the server: ${written.length} of ${text}`);
}

/** @returns {string} a name that nobody else has */
export function freshName() {
  // Not randomUUID: pages served by plain http do not have it. Mini programs have nothing; such names are no secrets.
  const room = new Uint8Array(16);
  const bytes = browser.crypto?.getRandomValues(room) ?? room.map(() => Math.random() * 256);
  return Array.from(bytes, byte => (byte & 255).toString(16).padStart(2, '0')).join('');
}
