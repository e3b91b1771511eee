// Names that nobody else has.
import { browser } from './browser.js';

/** @returns {string} a name that nobody else has */
export function freshName() {
  // Not randomUUID: pages served by plain http do not have it. Mini programs have nothing; such names are no secrets.
  const room = new Uint8Array(16);
  const bytes = browser.crypto?.getRandomValues(room) ?? room.map(() => Math.random() * 256);
  return Array.from(bytes, byte => (byte & 255).toString(16).padStart(2, '0')).join('');
}
