// Starts every reader of server-sent events that people use in Node on one URL, and prints what each is told: one line
// per event, its fields separated by tabs. They reconnect by their own rules. Ends with its standard input.
import { fetchEventSource } from '@microsoft/fetch-event-source';
import { EventSource as EventSource5 } from 'eventsource';
import EventSource2 from 'eventsource-2';
import { EventSource as EventSource3 } from 'eventsource-3';
import { EventSource as EventSource4 } from 'eventsource-4';
import { createEventSource } from 'eventsource-client';

const url = process.argv[2];

function told(reader, { id, lastEventId, data }) {
  console.log([reader, id ?? lastEventId ?? '', data].join('\t'));
}

const standard = { EventSource2, EventSource3, EventSource4, EventSource5 };
for (const [name, EventSource] of Object.entries(standard)) {
  new EventSource(url).onmessage = event => told(name, event);
}

createEventSource({ url, onMessage: event => told('eventsource-client', event) });

// Made for browsers: it takes its timers from there, and takes its leave of the page when it ends.
globalThis.window = { setTimeout, clearTimeout, fetch };
globalThis.document = { removeEventListener() {} };
fetchEventSource(url, {
  openWhenHidden: true,
  onmessage: event => told('fetch-event-source', event),
  onclose() {
    throw new Error('come back'); // without this it takes the end of a stream for the end of all
  },
  onerror() {},
});

process.stdin.on('end', () => process.exit()).resume();
