// What close codes mean, in words and in what a page does after them.

const REPLACED = 4500;
const LOST = new Set([1000, 1005, 1006]); // what is left of a code that a stack or proxy lost
export const TAKEABLE = new Set([4500, 4505, 4008]); // the seat is somebody else's: take:true may win it back

export const WHY = {
  1000: 'the server ended the line',
  1001: 'the server is stopping',
  1006: 'the connection was lost',
  1008: 'the server ended the session',
  1009: 'a message was too big for the server',
  1012: 'the server is restarting',
  4000: 'the server moves its lines',
  4001: 'the token has expired',
  4002: 'the line was too slow, or missed something',
  4003: 'no answer to beats',
  4008: 'the server is busy, or another tab holds the line',
  4500: 'a newer tab took the line',
  4501: 'the server ended this line for good',
  4502: 'this user is blocked',
  4503: 'logged out',
  4504: 'the credentials were refused: log in again',
  4505: 'no more lines for this user',
  4506: 'this version of the page is too old or too new for the server',
  4507: 'the server could not read this page',
  4508: 'not allowed',
};

export const WHY_BLOCKED = 'the browser blocks the address: see its policy (connect-src) and permissions';

export const WHY_HTTP = {
  200: 'HTTP works but the WebSocket does not: does every proxy on the way pass it on?',
  401: 'not logged in',
  403: 'not allowed',
  429: 'too many requests',
  503: 'the server is overloaded',
};

/** 4500-4999 mean stay away, also those nobody has thought of yet. */
export const staysAway = code => code >= 4500 && code < 5000;

/** @returns {boolean} whether a line does not leave this state by itself */
export const isFinal = state => state === 'replaced' || state === 'refused' || state === 'closed';

/** @returns {'replaced'|'refused'|'closed'|'back'} what a page does after this code */
export function verdict(code, bye) {
  if (code === REPLACED) return 'replaced';
  if (staysAway(code)) return 'refused';
  // Proxies and containers send 1000 for reasons of their own, so it counts only if the server announced it.
  if (code === 1000 && bye && bye.reconnect === false) return 'closed';
  return 'back';
}

/** @returns {{code: number, reason: string, why: string}} for what a line ended: what a listener to the state is told */
export function cause(end) {
  const { bye } = end;
  // Some stacks lose every code: a server that said to stay away means it, whatever comes behind.
  const code = LOST.has(end.code) || staysAway(bye?.code) ? (bye?.code ?? end.code) : end.code;
  const reason = end.reason || bye?.reason || '';
  return { code, reason, why: end.why ?? WHY[code] ?? (reason || `closed with ${code}`) };
}
