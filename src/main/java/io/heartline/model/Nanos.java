package io.heartline.model;

import java.time.Duration;

/**
 * Spans of time in nanoseconds, at most a hundred years each. A moment on the scale of
 * {@link TimeSource#nanos} plus such a span may wrap around, and the difference of two such moments
 * is still right: none of them can be mistaken for an earlier one.
 */
public final class Nanos {
  /** The longest span, and the longest duration that can be set. */
  public static final Duration LONGEST = Duration.ofDays(36_500);

  private static final long MOST = LONGEST.toNanos();

  private Nanos() {}

  /** Returns a duration's nanoseconds, or those of the longest span if it is longer. */
  public static long of(Duration duration) {
    return duration.compareTo(LONGEST) >= 0 ? MOST : duration.toNanos();
  }

  /** Returns a duration's nanoseconds {@code times} over, with the same limit. */
  public static long of(Duration duration, long times) {
    long once = of(duration);
    return once > 0 && times > MOST / once ? MOST : once * times;
  }
}
