package io.heartline.store.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The connections on which Redis is asked: so many at most, each used for one question at a time.
 * It has no thread. Thread-safe.
 */
final class Connections implements AutoCloseable {
  /** What was idle for so long may have been ended by something on the way, without a word. */
  private static final Duration OLD = Duration.ofSeconds(30);

  private final BiFunction<HostAndPort, Deadline, Connection> open;
  private final LongSupplier nanos;
  private final Semaphore permits;

  /** The last one used is the first. */
  @GuardedBy("this")
  private final Map<HostAndPort, Deque<Idle>> idle = new HashMap<>();

  @GuardedBy("this")
  private final Set<Connection> used = new HashSet<>();

  @GuardedBy("this")
  private boolean closed;

  private record Idle(Connection connection, long sinceNanos) {}

  /** @param open opens a connection within a time; throws {@link JedisException} if it cannot */
  Connections(int most, BiFunction<HostAndPort, Deadline, Connection> open, LongSupplier nanos) {
    this.open = open;
    this.nanos = nanos;
    permits = new Semaphore(most);
  }

  /**
   * Returns a connection that nobody else uses. It must be {@linkplain #giveBack given back} or
   * {@linkplain #end ended}.
   *
   * @throws JedisConnectionException if there is none in time
   */
  Connection take(HostAndPort place, Deadline deadline) {
    acquire(deadline);
    Connection taken = null;
    try {
      taken = idle(place);
      if (taken == null) {
        taken = open.apply(place, deadline);
      }
      taken.setSoTimeout(deadline.millis());
      use(taken);
      return taken;
    } catch (RuntimeException | Error e) {
      permits.release();
      if (taken != null) {
        drop(List.of(taken));
      }
      throw e;
    }
  }

  private void acquire(Deadline deadline) {
    try {
      if (!permits.tryAcquire(deadline.millis(), TimeUnit.MILLISECONDS)) {
        throw new JedisConnectionException("all connections are waiting for answers");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JedisConnectionException("the thread was interrupted", e);
    }
  }

  private synchronized void use(Connection taken) {
    if (closed) {
      throw new JedisConnectionException("the way to Redis is closed");
    }
    used.add(taken);
  }

  private @Nullable Connection idle(HostAndPort place) {
    List<Connection> old;
    synchronized (this) {
      Deque<Idle> waiting = idle.get(place);
      if (waiting == null || waiting.isEmpty()) {
        return null;
      }
      Idle last = waiting.pop();
      if (nanos.getAsLong() - last.sinceNanos() < OLD.toNanos()) {
        return last.connection();
      }
      waiting.push(last);
      old = waiting.stream().map(Idle::connection).toList(); // the others are older
      waiting.clear();
    }
    drop(old);
    return null;
  }

  /** Keeps a connection for the next question. */
  void giveBack(HostAndPort place, Connection given) {
    synchronized (this) {
      used.remove(given);
      if (!closed) {
        idle.computeIfAbsent(place, none -> new ArrayDeque<>())
            .push(new Idle(given, nanos.getAsLong()));
        permits.release();
        return;
      }
    }
    permits.release();
    drop(List.of(given));
  }

  /** Ends a connection that is broken, and those to this place that are idle: they are as old. */
  void end(HostAndPort place, Connection broken) {
    synchronized (this) {
      used.remove(broken);
    }
    permits.release();
    drop(List.of(broken));
    clear(place);
  }

  /** Ends the idle connections to a place. */
  void clear(HostAndPort place) {
    Deque<Idle> gone;
    synchronized (this) {
      gone = idle.remove(place);
    }
    if (gone != null) {
      drop(gone.stream().map(Idle::connection).toList());
    }
  }

  /** Does not wait for the other side, as a polite end would. */
  static void drop(List<? extends Connection> all) {
    for (Connection one : all) {
      try {
        one.forceDisconnect();
      } catch (IOException | JedisException e) {
        // it is gone either way
      }
    }
  }

  /** Ends all connections; who waits for an answer gets none. */
  @Override
  public void close() {
    List<Connection> all = new ArrayList<>();
    synchronized (this) {
      closed = true;
      all.addAll(used);
      idle.values().forEach(waiting -> waiting.forEach(one -> all.add(one.connection())));
      idle.clear();
    }
    drop(all);
  }
}
