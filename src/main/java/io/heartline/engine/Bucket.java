package io.heartline.engine;

import io.heartline.model.Rate;

/**
 * Holds something to a {@link Rate}: a bucket that fills by itself, and that is taken from. All it
 * remembers is when it will be full. Reads no clock and is not thread-safe.
 */
final class Bucket {
  private final Rate rate;
  private long fullAt;

  /** A full bucket. */
  Bucket(Rate rate, long now) {
    this.rate = rate;
    fullAt = now;
  }

  /**
   * Takes so much if it is there. A full bucket gives any amount, so that what is larger than the
   * bucket must only wait until it is full.
   *
   * @return 0 if it was taken, else in how many nanoseconds it will be there
   */
  long take(long amount, long now) {
    if (!rate.isLimited() || isFull(now)) {
      spend(amount, now);
      return 0;
    }
    long missing = Math.min(fullAt - now, missing(fullAt + rate.nanos(amount), now));
    if (missing > 0) {
      return missing;
    }
    spend(amount, now);
    return 0;
  }

  /**
   * Takes so much, whether it is there or not; less than nothing gives it back.
   *
   * @return in how many nanoseconds all that was taken will have been there; 0 if it was
   */
  long spend(long amount, long now) {
    if (!rate.isLimited()) {
      return 0;
    }
    fullAt = (isFull(now) ? now : fullAt) + rate.nanos(amount);
    return Math.max(0, missing(fullAt, now));
  }

  private long missing(long full, long now) {
    return full - now - rate.nanos(rate.burst());
  }

  /** Returns whether nothing was taken, or all of it is there again. */
  boolean isFull(long now) {
    return fullAt - now <= 0;
  }
}
