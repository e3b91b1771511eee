package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * Whether one line lives: when it needs a beat and when it must be given up. Any frame that counts
 * is a sign of life. Pure arithmetic on the nanoseconds it is given.
 */
final class Liveness {
  /** The shortest time until the next check. */
  private static final long SOON_NANOS = 1_000_000;

  /** What to do now. */
  enum Verdict {
    ALIVE,
    BEAT_DUE,
    DEAD
  }

  @GuardedBy("this")
  private long heardAt;

  @GuardedBy("this")
  private long wroteAt;

  /**
   * When the beat that waits for an answer was written; meaningless while {@code waiting} is false.
   */
  @GuardedBy("this")
  private long beatAt;

  /** A beat was written and nothing was heard since. */
  @GuardedBy("this")
  private boolean waiting;

  /** A beat was asked for and is not yet written. */
  @GuardedBy("this")
  private boolean pending;

  Liveness(long now) {
    heardAt = now;
    wroteAt = now;
  }

  synchronized void heard(long now) {
    heardAt = now;
    waiting = false;
  }

  /** A write was completed. The answer to its beat may arrive before we know that. */
  synchronized void wrote(long startedAt, long now, boolean withBeat) {
    wroteAt = now;
    if (withBeat) {
      pending = false;
      if (!waiting && heardAt - startedAt <= 0) {
        waiting = true;
        beatAt = now;
      }
    }
  }

  /**
   * Decides what to do. After {@link Verdict#BEAT_DUE} a beat counts as asked for.
   *
   * @param beatNanos the silence, in either direction, after which a beat is due
   * @param graceNanos how long its answer may take
   */
  synchronized Verdict check(long now, long beatNanos, long graceNanos) {
    if (waiting && now - beatAt >= graceNanos) {
      return Verdict.DEAD;
    }
    boolean silent = now - wroteAt >= beatNanos || now - heardAt >= beatNanos;
    if (waiting || pending || !silent) {
      return Verdict.ALIVE;
    }
    pending = true;
    return Verdict.BEAT_DUE;
  }

  /**
   * The server itself was late, so the answer may have come and be unread. Another beat asks again,
   * and counts as asked for.
   */
  synchronized void askAgain() {
    waiting = false;
    pending = true;
  }

  /** Returns when to check again, as nanoseconds on the same scale. */
  synchronized long nextCheck(long now, long beatNanos, long graceNanos) {
    if (waiting) { // the answer may come at any moment, and the next beat is due a beat after it
      return beatAt + graceNanos - (now + beatNanos) < 0 ? beatAt + graceNanos : now + beatNanos;
    }
    if (pending) { // it depends on the write: look again when that may be done
      return now + Math.min(beatNanos, graceNanos);
    }
    long silentSince = wroteAt - heardAt < 0 ? wroteAt : heardAt;
    long due = silentSince + beatNanos;
    return due - now > SOON_NANOS ? due : now + SOON_NANOS;
  }
}
