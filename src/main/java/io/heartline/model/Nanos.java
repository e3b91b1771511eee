package io.heartline.model;

import java.time.Duration;

/**
 * Spans of time in nanoseconds, at most a hundred years each. A moment of {@link TimeSource#nanos}
 * plus such a span may overflow. The difference of two such moments is still right, so a later one
 * is never mistaken for an earlier one.
 */
public final class Nanos {
  /** The longest span, and the longest duration that can be set. */
  public static final Duration LONGEST = Duration.ofDays(36_500);

  private static final long MOST = LONGEST.toNanos();

  private Nanos() {}

  /** Returns a duration's nanoseconds, at most those of the longest span. */
  public static long of(Duration duration) {
    return duration.compareTo(LONGEST) >= 0 ? MOST : duration.toNanos();
  }

  /** Returns a duration's nanoseconds multiplied by {@code times}, with the same limit. */
  public static long of(Duration duration, long times) {
    long once = of(duration);
    return once > 0 && times > MOST / once ? MOST : once * times;
  }
}
