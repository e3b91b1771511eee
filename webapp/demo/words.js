// Small words that several parts of the page need.

export const byId = id => document.getElementById(id);

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
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)}\u00a0s`;
  if (ms < 119_500) return `${Math.round(ms / 1_000)}\u00a0s`;
  return `${Math.round(ms / 60_000)}\u00a0min`;
}

/** @returns {string} a round trip: < 0.1 ms, 1.4 ms, 83 ms */
export function millis(ms) {
  if (ms < 0.1) return '<\u00a00.1\u00a0ms';
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)}\u00a0ms`;
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
