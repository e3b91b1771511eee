package io.heartline.store.redis;

import java.time.Duration;
import java.util.function.LongSupplier;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Until when something must be done. All that is asked for one answer shares one deadline. */
final class Deadline {
  private final LongSupplier nanos;
  private final long at;

  private Deadline(LongSupplier nanos, long at) {
    this.nanos = nanos;
    this.at = at;
  }

  static Deadline in(Duration time, LongSupplier nanos) {
    return new Deadline(nanos, nanos.getAsLong() + time.toNanos());
  }

  /**
   * Returns the time that is left, in milliseconds: at least 1.
   *
   * @throws JedisConnectionException if none is left
   */
  int millis() {
    long left = at - nanos.getAsLong();
    if (left <= 0) {
      throw new JedisConnectionException("no answer in time");
    }
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, left / 1_000_000));
  }

  /** Returns an earlier deadline, after an equal share of what is left. */
  Deadline share(int shares) {
    long now = nanos.getAsLong();
    return new Deadline(nanos, now + Math.max(0, at - now) / shares);
  }
}
