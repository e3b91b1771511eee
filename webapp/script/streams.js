// The line by server-sent events, in the shape of a WebSocket.
import { browser, nothing } from './browser.js';
import { OPEN, CLOSED } from './socket.js';
import { Credentials } from './credentials.js';

/**
 * An EventSource in the shape of a WebSocket. Nothing can be said through it; its own reconnect never comes to
 * pass, since what ends it ends it for good: the next one comes by our rules and from our position.
 * Internal.
 */
class EventLine {
  #source;
  readyState = 0;
  onopen = nothing;
  onmessage = nothing;
  onclose = nothing;

  constructor(EventSource, url) {
    this.#source = new EventSource(url, { withCredentials: true });
    this.#source.onopen = () => {
      this.readyState = OPEN;
      this.onopen();
    };
    this.#source.onmessage = event => this.onmessage(event);
    this.#source.onerror = () => this.onclose({ code: 1006, reason: '' }); // whoever hears it closes
  }

  send() {}

  close() {
    this.readyState = CLOSED;
    this.#source.close();
  }
}

/**
 * The same by fetch, which can carry a token where an EventSource cannot.
 * Internal.
 */
class FetchLine {
  #abort = new AbortController();
  readyState = 0;
  onopen = nothing;
  onmessage = nothing;
  onclose = nothing;

  constructor(fetch, url, token) {
    const headers = { Accept: 'text/event-stream', ...Credentials.headers(token) };
    const request = { cache: 'no-store', credentials: 'include', headers, signal: this.#abort.signal };
    const reading = Promise.resolve(fetch(url, request)).then(response => response.ok && this.#read(response));
    reading.catch(nothing).then(() => this.onclose({ code: 1006, reason: '' }));
  }

  async #read(response) {
    const reader = response.body.getReader();
    const decoder = new browser.TextDecoder();
    this.readyState = OPEN;
    this.onopen();
    for (let rest = ''; ; ) {
      const { done, value } = await reader.read();
      if (done) return;
      const events = (rest + decoder.decode(value, { stream: true })).split('\n\n');
      rest = events.pop();
      events.forEach(event => this.#tell(event));
    }
  }

  /** One message per object, as an EventSource's. */
  #tell(event) {
    const data = event.split('\n').filter(line => line.startsWith('data: '));
    if (data.length > 0) this.onmessage({ data: data.map(line => line.slice(6)).join('\n') });
  }

  send() {}

  close() {
    this.readyState = CLOSED;
    this.#abort.abort();
  }
}

/** @returns {EventLine|FetchLine} whichever can carry the token, if there is one */
export function streamOver({ EventSource, fetch }, url, token) {
  const carries = token && fetch && browser.TextDecoder;
  return carries ? new FetchLine(fetch, url, token) : new EventLine(EventSource, url);
}
