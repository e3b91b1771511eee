package io.heartline.store.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Lets questions through to a Redis that was looked at. After each absence it is looked at again:
 * another may have come back.
 */
final class Gate {
  /** How long what was found counts, before it is looked for again. */
  private static final Duration AGAIN = Duration.ofMillis(500);

  private final Function<Deadline, RedisCheck.Found> look;
  private final Logger log;
  private final LongSupplier nanos;

  /** Held by who looks. */
  private final ReentrantLock looking = new ReentrantLock();

  /** How often it was shut: who has looked opens it only if it was not shut meanwhile. */
  private final AtomicLong shut = new AtomicLong();

  /** The number of the time it was shut for which it was opened again. */
  private volatile long open = -1;

  private volatile @Nullable Problem problem;

  @GuardedBy("looking")
  private long foundAt;

  @GuardedBy("looking")
  private final Set<String> warned = new HashSet<>();

  Gate(Function<Deadline, RedisCheck.Found> look, Logger log, LongSupplier nanos) {
    this.look = look;
    this.log = log;
    this.nanos = nanos;
  }

  /** Whoever is let through next looks at Redis. */
  void shut() {
    shut.incrementAndGet();
  }

  /** Returns whether it was ever open. */
  boolean wasOpen() {
    return open >= 0;
  }

  /** Returns why Redis, when it was looked at last, could not be used; null if it could. */
  @Nullable
  Problem problem() {
    return problem;
  }

  /**
   * Waits until somebody has looked.
   *
   * @return why Redis cannot be used; null if it can
   * @throws JedisConnectionException if it does not answer
   */
  @Nullable
  Problem pass(Deadline deadline) {
    if (open == shut.get()) {
      return null;
    }
    try {
      if (!looking.tryLock(deadline.millis(), TimeUnit.MILLISECONDS)) {
        throw new JedisConnectionException("no answer in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JedisConnectionException("the thread was interrupted", e);
    }
    try {
      return look(deadline);
    } finally {
      looking.unlock();
    }
  }

  @GuardedBy("looking")
  private @Nullable Problem look(Deadline deadline) {
    long number = shut.get();
    if (open == number) {
      return null; // another thread has looked
    }
    Problem before = problem;
    if (before != null && nanos.getAsLong() - foundAt < AGAIN.toNanos()) {
      return before;
    }
    RedisCheck.Found found;
    try {
      found = look.apply(deadline);
    } catch (JedisException e) {
      problem = null; // another Redis may come back
      throw e;
    }
    for (String line : found.warnings()) {
      if (warned.add(line)) {
        log.log(Level.WARNING, line);
      }
    }
    Problem now = found.problem();
    tell(before, now);
    problem = now;
    foundAt = nanos.getAsLong();
    if (now == null) {
      open = number;
    }
    return now;
  }

  private void tell(@Nullable Problem before, @Nullable Problem now) {
    if (now == null) {
      if (before != null) {
        log.log(Level.INFO, "Redis can be used now");
      }
    } else if (!now.equals(before)) {
      log.log(Level.ERROR, now.line());
    }
  }
}
