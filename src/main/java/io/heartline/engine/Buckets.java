package io.heartline.engine;

import io.heartline.model.Rate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/**
 * Holds many to the same {@link Rate}, each for themselves: users, addresses, keys. Whoever has
 * rested long enough is forgotten. Bounded: those beyond the limit share one bucket. Thread-safe.
 */
public final class Buckets {
  /** Whom those share a bucket with for whom there is no room. */
  private static final Object OTHERS = new Object();

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Rate rate;
  private final int most;

  /** A bucket is touched only while the map computes its entry. */
  private final Map<Object, Bucket> buckets = new ConcurrentHashMap<>();

  /** When those who have rested were last forgotten. */
  private final AtomicLong tendedAt;

  /**
   * @param most how many are kept apart
   * @param now the time in nanoseconds, as it is always passed in
   */
  public Buckets(Rate rate, int most, long now) {
    this.rate = rate;
    this.most = most;
    tendedAt = new AtomicLong(now);
  }

  /** @return 0 if so much was taken, else in how many nanoseconds it will be there */
  public long take(Object who, long amount, long now) {
    return of(who, now, bucket -> bucket.take(amount, now));
  }

  /**
   * Takes so much, whether it is there or not; less than nothing gives it back.
   *
   * @return in how many nanoseconds all that was taken will have been there; 0 if it was
   */
  public long spend(Object who, long amount, long now) {
    return of(who, now, bucket -> bucket.spend(amount, now));
  }

  private long of(Object who, long now, ToLongFunction<Bucket> use) {
    if (!rate.isLimited()) {
      return 0;
    }
    tend(now, MINUTE);
    if (buckets.size() >= most) {
      tend(now, SECOND);
    }
    Object kept = buckets.size() < most || buckets.containsKey(who) ? who : OTHERS;
    long[] answer = new long[1];
    buckets.compute(kept, (same, present) -> {
      Bucket bucket = present == null ? new Bucket(rate, now) : present;
      answer[0] = use.applyAsLong(bucket);
      return bucket;
    });
    return answer[0];
  }

  /** Forgets those who have rested, unless that was done a short while ago. */
  private void tend(long now, long every) {
    long before = tendedAt.get();
    if (now - before >= every && tendedAt.compareAndSet(before, now)) {
      for (Object who : buckets.keySet()) {
        buckets.computeIfPresent(who, (same, bucket) -> bucket.isFull(now) ? null : bucket);
      }
    }
  }

  /** Returns how many there are that have not rested, or not long enough. */
  public int size() {
    return buckets.size();
  }
}
