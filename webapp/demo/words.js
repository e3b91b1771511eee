// Small words that several parts of the page need.

/** Stands before a unit, so that no line breaks between a number and its unit. */
const SPACE = '\u00a0';

export const byId = id => document.getElementById(id);

/** Writing the same text again would still cost a layout, and screen readers would read it again. */
export function put(id, text) {
  const place = byId(id);
  if (place.textContent !== text) place.textContent = text;
}

/** @returns {HTMLElement} `<tag class="className">text</tag>`; text is never read as markup */
export function element(tag, className = '', text = '') {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

export const plural = (count, noun) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/** @returns {string} as a sentence: capital first, full stop last */
export function sentence(text) {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** @returns {string} a time span as one reads it: 0.8 s, 14 s, 3 min */
export function span(ms) {
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)}${SPACE}s`;
  if (ms < 119_500) return `${Math.round(ms / 1_000)}${SPACE}s`;
  return `${Math.round(ms / 60_000)}${SPACE}min`;
}

/** @returns {string} what is left of a wait, in whole seconds: 6 s */
export function countdown(ms) {
  return ms > 119_500 ? span(ms) : `${Math.max(1, Math.ceil(ms / 1_000))}${SPACE}s`;
}

/** @returns {string} how long an answer took: < 0.1 ms, 1.4 ms, 83 ms, 3.7 s */
export function millis(ms) {
  if (ms >= 999.5) return span(ms);
  if (ms < 0.1) return `<${SPACE}0.1${SPACE}ms`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)}${SPACE}ms`;
}

/** @returns {string} a moment of today as 14:03:07.120, of another day with its date in front */
export function moment(date) {
  const time = `${date.toLocaleTimeString('en-GB')}.${String(date.getMilliseconds()).padStart(3, '0')}`;
  const today = date.toDateString() === new Date().toDateString();
  return today ? time : `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' }).replace(' ', SPACE)}, ${time}`;
}

/** The name of a user's own channel: what a channel's name may not hold is written as # and two hex digits a byte. */
export function encodedUser(user) {
  const bytes = [...new TextEncoder().encode(user)];
  const letters = bytes.map(byte => {
    const letter = String.fromCharCode(byte);
    return /[A-Za-z0-9_.:/-]/.test(letter) ? letter : `#${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return `user:${letters.join('')}`;
}
