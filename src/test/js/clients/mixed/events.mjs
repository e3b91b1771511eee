// The readers of server-sent events. They come back by themselves, with the id that they keep; one that gives up, which
// they do at a 502, or whose line is silent is made anew with that id, as a page would.
import { fetchEventSource } from '@microsoft/fetch-event-source';
import { EventSource as EventSource5 } from 'eventsource';
import EventSource2 from 'eventsource-2';
import { EventSource as EventSource3 } from 'eventsource-3';
import { EventSource as EventSource4 } from 'eventsource-4';
import { createEventSource } from 'eventsource-client';
import { live, told } from './line.mjs';

const standard = EventSource => (url, hear, over) => {
  const source = new EventSource(url);
  source.onmessage = ({ lastEventId, data }) => hear(lastEventId, data);
  source.onerror = () => source.readyState === 2 && over();
  return () => source.close();
};

function small(url, hear) {
  const source = createEventSource({ url, onMessage: ({ id, data }) => hear(id, data) });
  return () => source.close();
}

function fetching(url, hear) {
  const leaving = new AbortController();
  fetchEventSource(url, {
    signal: leaving.signal,
    openWhenHidden: true,
    onmessage: ({ id, data }) => hear(id, data),
    onclose() {
      throw new Error('come back');
    },
    onerror() {},
  });
  return () => leaving.abort();
}

const READERS = {
  EventSource2: standard(EventSource2),
  EventSource3: standard(EventSource3),
  EventSource4: standard(EventSource4),
  EventSource5: standard(EventSource5),
  'eventsource-client': small,
  'fetch-event-source': fetching,
};

export function readEvents(base, channel, start) {
  // fetch-event-source is made for browsers: it takes its timers from there, and takes its leave of the page.
  // SockJS, beside it, takes a document without a domain for a sandbox.
  globalThis.window = { setTimeout, clearTimeout, fetch };
  globalThis.document = { domain: '127.0.0.1', removeEventListener() {} };
  for (const [name, open] of Object.entries(READERS)) {
    let position = start; // where it would resume
    const hear = (id, data) => {
      const event = JSON.parse(data);
      if (event.subscribed) told(name, 'began', position, event.position, event.recovered ? '' : event.reason);
      else if (event.gap) told(name, 'gap', event.position, event.reason);
      else if (event.channel) told(name, 'push', event.offset, event.position ?? '', event.data);
      if (id) position = id.slice(channel.length + 1);
    };
    live(line => {
      const url = `${base}/events?channels=${channel}&since=${channel}=${position}`;
      const heard = (id, data) => {
        line.heard();
        if (line.isOpen) hear(id, data);
      };
      line.with(open(url, heard, () => line.over()));
    });
  }
}
