package io.heartline.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * The primary that sentinels name. They are asked when a connection is needed and nothing is known,
 * and again every few seconds: a primary that was cut off does not know that it is none any more.
 */
final class SentinelPlaces implements Places {
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final Connecting connecting;
  private final String master;
  private final Guides sentinels;
  private final LongSupplier nanos;

  /** Held by who asks. */
  private final ReentrantLock asking = new ReentrantLock();

  private volatile @Nullable Known known;

  private record Known(HostAndPort place, long atNanos, boolean doubted) {}

  SentinelPlaces(
      Connecting connecting, String master, Set<HostAndPort> sentinels, LongSupplier nanos) {
    this.connecting = connecting;
    this.master = master;
    this.sentinels = new Guides(sentinels);
    this.nanos = nanos;
  }

  @Override
  public HostAndPort of(byte[] key, Deadline deadline) {
    Known now = known;
    if (now == null || now.doubted()) {
      return find(deadline);
    }
    if (nanos.getAsLong() - now.atNanos() > AGAIN.toNanos() && asking.tryLock()) {
      try {
        return ask(deadline.share(3)); // most of the time is for what is to be asked there
      } catch (JedisException e) { // the primary is not worse for that
        known = new Known(now.place(), nanos.getAsLong(), false);
      } finally {
        asking.unlock();
      }
    }
    return now.place();
  }

  private HostAndPort find(Deadline deadline) {
    try {
      if (!asking.tryLock(deadline.millis(), TimeUnit.MILLISECONDS)) {
        throw new JedisConnectionException("the sentinels do not answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JedisConnectionException("the thread was interrupted", e);
    }
    try {
      Known now = known;
      return now == null || now.doubted() ? ask(deadline.share(2)) : now.place();
    } finally {
      asking.unlock();
    }
  }

  private HostAndPort ask(Deadline deadline) {
    HostAndPort place = sentinels.ask(deadline, this::askOne);
    known = new Known(place, nanos.getAsLong(), false);
    return place;
  }

  private HostAndPort askOne(HostAndPort sentinel, Deadline deadline) {
    Connection connection = connecting.sentinel(sentinel, deadline);
    try {
      Object answer = new Link(sentinel, connection, false)
          .ask(Command.SENTINEL, "get-master-addr-by-name", master);
      if (!(answer instanceof List<?> parts) || parts.size() != 2) {
        throw new JedisDataException("ERR no sentinel knows a primary named " + master);
      }
      return new HostAndPort(Bytes.text(parts.get(0)), Integer.parseInt(Bytes.text(parts.get(1))));
    } finally {
      Connections.drop(List.of(connection));
    }
  }

  @Override
  public @Nullable HostAndPort known(byte[] key) {
    Known now = known;
    return now == null ? null : now.place();
  }

  @Override
  public Set<HostAndPort> all() {
    Known now = known;
    return now == null ? Set.of() : Set.of(now.place());
  }

  @Override
  public void doubt() {
    Known now = known;
    if (now != null) {
      known = new Known(now.place(), now.atNanos(), true);
    }
  }

  @Override
  public void moved(JedisRedirectionException where) {}

  /** Sentinels may name a primary that has become a replica, for some seconds. */
  @Override
  public void check(Connection opened) {
    opened.sendCommand(Command.ROLE);
    Object role = ((List<?>) opened.getOne()).get(0);
    if (!(role instanceof byte[] name) || !new String(name, UTF_8).equals("master")) {
      doubt();
      throw new JedisConnectionException(
          opened.getHostAndPort() + " is a replica, though the sentinels call it the primary");
    }
  }
}
