// The times that several parts go by. All times are milliseconds.

export const BEAT = 25_000; // until the welcome says otherwise
export const GRACE = 10_000;
export const PROBE = 5_000; // how long a suspected line has to answer
export const WAKE_PROBE = 3_000; // the same after a wake-up or a change of network, when somebody may be looking
export const LATE = 2_000; // a timer later than this has slept; hidden tabs alone make ours at most 1 s late
export const QUIET = 1_000; // a line heard within this needs no probe, and nudges closer than this are one
export const LIFE = 30_000; // a line that lived so long, or one beat, has earned a fresh backoff
const LONGEST_DELAY = 3_600_000; // setTimeout overflows at 24 days and would fire at once

/** A time the server told, in ms; undefined if it told none. */
export function told(value) {
  return Number.isFinite(value) && value >= 0 ? Math.min(value, LONGEST_DELAY) : undefined;
}
