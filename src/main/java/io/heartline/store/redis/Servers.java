package io.heartline.store.redis;

import java.lang.System.Logger;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * The servers of one address. Nothing is asked before it is needed, and no thread is kept. A
 * question whose answer is lost is not asked again: it may have been done.
 */
final class Servers implements AutoCloseable {
  /** How often a server may send a question on to another. */
  private static final int MOST_HOPS = 5;

  /** How long to wait while some keys of a slot have moved already and others have not. */
  private static final Duration MOVING = Duration.ofMillis(20);

  private final RedisAddress address;
  private final Connecting connecting;
  private final Places places;
  private final Connections connections;
  private final Absence absence;

  Servers(RedisAddress address, RedisOptions options, LongSupplier nanos, Logger log) {
    this.address = address;
    connecting = new Connecting(address, options);
    Set<HostAndPort> named = address.servers().stream()
        .map(server -> new HostAndPort(server.host(), server.port()))
        .collect(Collectors.toCollection(LinkedHashSet::new));
    places = switch (address.kind()) {
      case PRIMARY -> new OnePlace(named.iterator().next());
      case SENTINEL ->
        new SentinelPlaces(connecting, String.valueOf(address.master()), named, nanos);
      case CLUSTER -> new ClusterPlaces(connecting, named);
    };
    connections = new Connections(options.calls() + options.partitions() + 2, this::open, nanos);
    absence = new Absence(log, nanos);
  }

  private Connection open(HostAndPort place, Deadline deadline) {
    return checked(connecting.open(place, deadline));
  }

  private <T extends Connection> T checked(T opened) {
    try {
      places.check(opened);
      return opened;
    } catch (JedisException e) {
      Connections.drop(List.of(opened));
      throw e;
    }
  }

  boolean sharded() {
    return address.kind() == RedisAddress.Kind.CLUSTER;
  }

  /** Returns the command with which scripts publish. */
  byte[] publish() {
    return Bytes.of(sharded() ? "SPUBLISH" : "PUBLISH");
  }

  /** Returns with which word scripts ask how many listen. */
  byte[] listeners() {
    return Bytes.of(sharded() ? "SHARDNUMSUB" : "NUMSUB");
  }

  /** Returns the server that was last known to have a key; null if none is known. */
  @Nullable
  HostAndPort known(byte[] key) {
    return places.known(key);
  }

  /** A server may have ended, or may not have any more what it had. */
  void doubt(HostAndPort place) {
    connections.clear(place);
    places.doubt();
  }

  /** Returns the servers that have some keys. Blocks. */
  Set<HostAndPort> of(List<byte[]> keys, Deadline deadline) {
    Set<HostAndPort> all = new LinkedHashSet<>();
    for (byte[] key : keys) {
      all.add(place(key, deadline));
    }
    return all;
  }

  /** Opens a connection to the server of a key, for one who listens. Blocks. */
  ListeningConnection listen(byte[] key, Deadline deadline) {
    HostAndPort place = place(key, deadline);
    try {
      ListeningConnection opened = checked(connecting.listening(place, deadline));
      answered(place);
      return opened;
    } catch (JedisDataException e) {
      throw e;
    } catch (JedisException e) {
      failed(place, e);
      throw e;
    }
  }

  /**
   * Asks the server of a key. Blocks.
   *
   * @param question may be called again if it has not been done
   * @throws JedisDataException if the server says that it has not done it
   * @throws JedisException if there is no answer in time
   */
  <T> T ask(byte[] key, Deadline deadline, Function<Link, T> question) {
    HostAndPort sentTo = null; // by a server that has given a part of a slot away
    for (int hop = 0; ; hop++) {
      HostAndPort place = sentTo == null ? place(key, deadline) : sentTo;
      try {
        return askAt(place, deadline, sentTo != null, question);
      } catch (JedisRedirectionException e) {
        if (hop == MOST_HOPS) {
          throw e;
        }
        sentTo = e instanceof JedisAskDataException ? e.getTargetNode() : null;
      } catch (JedisDataException e) {
        if (hop == MOST_HOPS || !begins(e, "TRYAGAIN")) {
          throw e;
        }
        LockSupport.parkNanos(MOVING.toNanos());
      }
    }
  }

  /** Asks one server. */
  <T> T askAt(HostAndPort place, Deadline deadline, Function<Link, T> question) {
    return askAt(place, deadline, false, question);
  }

  private <T> T askAt(
      HostAndPort place, Deadline deadline, boolean asking, Function<Link, T> question) {
    Connection connection = null;
    boolean good = false;
    try {
      connection = connections.take(place, deadline);
      T answer = question.apply(new Link(place, connection, asking));
      good = true;
      answered(place);
      return answer;
    } catch (JedisMovedDataException e) {
      good = true;
      places.moved(e);
      throw e;
    } catch (JedisDataException e) {
      good = connection != null && !isLeft(e);
      if (isLeft(e)) {
        places.doubt();
      }
      answered(place); // it is there, though it refuses
      throw e;
    } catch (JedisException e) {
      failed(place, e);
      throw e;
    } finally {
      if (connection != null) {
        if (good) {
          connections.giveBack(place, connection);
        } else {
          connections.end(place, connection);
        }
      }
    }
  }

  private HostAndPort place(byte[] key, Deadline deadline) {
    try {
      return places.of(key, deadline);
    } catch (JedisDataException e) {
      throw e;
    } catch (JedisException e) {
      absence.failed(address.toString(), Causes.of(e));
      throw e;
    }
  }

  private void answered(HostAndPort place) {
    if (absence.isOver()) { // as nearly always
      return;
    }
    absence.answered(name(place));
    if (sharded()) {
      absence.answered(address.toString());
      Set<String> needed = new HashSet<>(List.of(address.toString(), name(place)));
      places.all().forEach(other -> needed.add(name(other)));
      absence.keep(needed);
    }
  }

  private void failed(HostAndPort place, JedisException e) {
    absence.failed(name(place), Causes.of(e));
    connections.clear(place);
    places.doubt();
  }

  /** One server after the other may be the only primary: it is Redis that is there or not. */
  private String name(HostAndPort place) {
    return sharded() ? place.toString() : address.toString();
  }

  /** Returns for how long some server has not answered; empty if all do. */
  Optional<Duration> away() {
    return absence.longest();
  }

  /** Returns for how long the server of a key has not answered; empty if it does. */
  Optional<Duration> away(byte[] key) {
    HostAndPort place = places.known(key);
    Optional<Duration> all = absence.of(address.toString());
    return place == null || all.isPresent() ? all : absence.of(name(place));
  }

  /** Returns whether the server is no longer the one to be asked, so another has to be found. */
  private static boolean isLeft(JedisDataException e) {
    return begins(e, "READONLY")
        || begins(e, "MASTERDOWN")
        || begins(e, "CLUSTERDOWN")
        || begins(e, "LOADING")
        || String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("-readonly ");
  }

  private static boolean begins(JedisDataException e, String code) {
    return String.valueOf(e.getMessage()).startsWith(code);
  }

  @Override
  public void close() {
    connections.close();
  }
}
