package io.heartline.store.redis.nodes;

import io.heartline.engine.Timers;
import io.heartline.model.TimeSource;
import io.heartline.store.redis.Bytes;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.RedisAway;
import io.heartline.store.redis.Script;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * The lease by which the other nodes know that this one lives. It is renewed in Redis, by Redis's
 * clock, and each renewal says who else lives.
 */
final class Lease {
  /** How long the others wait for a node that does not renew its lease. */
  static final Duration LASTS = Duration.ofSeconds(15);

  /** How often it is renewed, and how soon again after a failure. */
  private static final Duration RENEWED = Duration.ofSeconds(5);

  private static final Duration AGAIN = Duration.ofSeconds(1);

  private static final Logger LOG = System.getLogger(Lease.class.getName());
  private static final Script RENEW = Script.beside(Lease.class, "lease.lua");
  private static final Script LEAVE = Script.beside(Lease.class, "leave.lua");

  private final Redis redis;
  private final String key;
  private final String node;
  private final Timers timers;
  private final TimeSource time;

  /** Told before the lease counts again, if it may have run out. */
  private final Runnable ranOut;

  /** A renewal by the timer is under way. */
  private final AtomicBoolean renewing = new AtomicBoolean();

  /** When the last renewal that was answered was asked for; meaningless until {@link #held}. */
  private volatile long askedAt;

  private volatile boolean held;
  private volatile Set<String> nodes;
  private volatile boolean closed;

  Lease(Redis redis, String key, String node, Timers timers, TimeSource time, Runnable ranOut) {
    this.redis = redis;
    this.key = key;
    this.node = node;
    this.timers = timers;
    this.time = time;
    this.ranOut = ranOut;
    nodes = Set.of(node);
  }

  void start() {
    again(Duration.ZERO);
  }

  private void again(Duration later) {
    timers.at(time.nanos() + later.toNanos(), this::renewByTimer);
  }

  private void renewByTimer() {
    if (closed || !renewing.compareAndSet(false, true)) {
      return;
    }
    renew().whenComplete((all, failure) -> {
      if (failure != null) {
        LOG.log(Level.DEBUG, "the lease of this node was not renewed: {0}", failure.toString());
      }
      renewing.set(false);
      again(failure == null ? RENEWED : AGAIN);
    });
  }

  /** Renews it now; returns who lives. */
  CompletionStage<Set<String>> renew() {
    long now = time.nanos(); // it counts from the question: the answer may take long
    List<byte[]> args = List.of(Bytes.of(node), Bytes.of(LASTS.toMillis()));
    return redis.later(RENEW, List.of(key), args).thenApply(answer -> renewed(now, answer));
  }

  private synchronized Set<String> renewed(long asked, Object answer) {
    List<?> parts = (List<?>) answer;
    Set<String> living = parts.stream()
        .skip(1)
        .map(name -> Bytes.text(name))
        .collect(Collectors.toUnmodifiableSet());
    nodes = living;
    boolean hadIt = ((Long) parts.get(0)) == 1;
    if (!hadIt || !isSure()) {
      ranOut.run(); // first: whoever sees that it counts again has been told
    }
    if (!held || asked - askedAt > 0) {
      askedAt = asked;
      held = true;
    }
    return living;
  }

  /** Returns whether the lease has surely not run out. */
  boolean isSure() {
    return held && time.nanos() - askedAt < LASTS.toNanos();
  }

  Set<String> nodes() {
    return nodes;
  }

  /** Ends the lease, so that nobody waits for this node, if Redis is there to hear it. */
  void close() {
    closed = true;
    if (redis.away().isPresent()) {
      return;
    }
    try {
      redis.run(LEAVE, List.of(key), List.of(Bytes.of(node)));
    } catch (RedisAway e) {
      LOG.log(Level.DEBUG, "the lease of this node ends by itself: {0}", e.getMessage());
    }
  }
}
