// Starts clients of every protocol on one channel, and prints what each is told and what becomes of what it sends: one
// line per event, its fields separated by tabs. Each comes back when its line ends, from the position that it knows.
// Where positions do not travel (raw text), that is the last one that HTTP has told.
//
// began  asked position reason   a line of this client reads from here; no reason: it is what was asked for
// push   offset position value   the position is empty where only the offset is told
// gap    position reason
// sent   line value outcome      of a message sent on the client's n-th line: taken or unknown
// quiet                          it sends no more
import { createInterface } from 'node:readline';
import { begin } from './mixed/line.mjs';
import { readEvents } from './mixed/events.mjs';
import { readRaw } from './mixed/raw.mjs';
import { enough, speakStomp } from './mixed/stomp.mjs';

const [base, channel, position, destination, seed] = process.argv.slice(2);

begin(Number(seed));
readEvents(base, channel, position);
readRaw(base, channel, position);
speakStomp(base, channel, position, destination);

createInterface({ input: process.stdin })
  .on('line', enough) // whatever is said
  .on('close', () => process.exit());
