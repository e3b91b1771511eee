// Letting a WebSocket go.
import { nothing } from './browser.js';

export const OPEN = 1;
export const CLOSED = 3;

/** Lets a socket go: nothing it still does is heard, and if it opens late it is closed. */
export function detach(socket) {
  socket.onopen = () => shut(socket, 1000, 'too late');
  // Not null: some implementations throw on an error nobody listens to.
  socket.onmessage = socket.onerror = socket.onclose = nothing;
}

/** Closes whatever the state. Browsers throw on reasons over 123 bytes and on codes other than 1000, 3000-4999. */
export function shut(socket, code, reason) {
  try {
    socket.close(code, reason.replace(/[^ -~]/g, '?').slice(0, 123));
  } catch {
    // Already gone, or a stand-in that takes no arguments: there is nothing left to tell.
  }
}
