package io.heartline.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisRedirectionException;
import redis.clients.jedis.util.JedisClusterCRC16;

/** The servers of a Redis Cluster: each has some of the slots, and a key has a slot. */
final class ClusterPlaces implements Places {
  private final Connecting connecting;
  private final Guides servers;

  /** Held by who asks. */
  private final ReentrantLock asking = new ReentrantLock();

  private final AtomicReference<Slots> slots =
      new AtomicReference<>(new Slots(new TreeMap<>(), Map.of(), true));

  /**
   * Who has which slots.
   *
   * @param ranges by their first slot
   * @param moved slots that have moved since
   * @param doubted whether it may be wrong
   */
  private record Slots(
      NavigableMap<Integer, Range> ranges, Map<Integer, HostAndPort> moved, boolean doubted) {
    @Nullable
    HostAndPort of(int slot) {
      HostAndPort place = moved.get(slot);
      if (place != null) {
        return place;
      }
      Map.Entry<Integer, Range> range = ranges.floorEntry(slot);
      return range == null || range.getValue().last() < slot
          ? null
          : range.getValue().place();
    }
  }

  private record Range(int last, HostAndPort place) {}

  ClusterPlaces(Connecting connecting, Set<HostAndPort> servers) {
    this.connecting = connecting;
    this.servers = new Guides(servers);
  }

  @Override
  public HostAndPort of(byte[] key, Deadline deadline) {
    int slot = JedisClusterCRC16.getSlot(key);
    Slots known = slots();
    Slots now = known.doubted() || known.of(slot) == null ? find(deadline, known) : known;
    HostAndPort place = now.of(slot);
    if (place == null) {
      throw new JedisConnectionException("no server of the cluster has slot " + slot);
    }
    return place;
  }

  private Slots slots() {
    return Objects.requireNonNull(slots.get());
  }

  private Slots find(Deadline deadline, Slots bad) {
    try {
      if (!asking.tryLock(deadline.millis(), TimeUnit.MILLISECONDS)) {
        throw new JedisConnectionException("no server of the cluster answers");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JedisConnectionException("the thread was interrupted", e);
    }
    try {
      Slots now = slots();
      if (now == bad || now.doubted()) { // nobody has asked meanwhile
        now = servers.ask(deadline.share(2), this::askOne);
        slots.set(now);
        servers.add(all());
      }
      return now;
    } finally {
      asking.unlock();
    }
  }

  private Slots askOne(HostAndPort server, Deadline deadline) {
    Connection connection = connecting.open(server, deadline);
    try {
      Object answer = new Link(server, connection, false).ask(Command.CLUSTER, "slots");
      NavigableMap<Integer, Range> ranges = new TreeMap<>();
      for (Object range : (List<?>) Objects.requireNonNull(answer)) {
        List<?> parts = (List<?>) range;
        int first = ((Long) parts.get(0)).intValue();
        int last = ((Long) parts.get(1)).intValue();
        ranges.put(first, new Range(last, place((List<?>) parts.get(2), server)));
      }
      return new Slots(ranges, Map.of(), false);
    } finally {
      Connections.drop(List.of(connection));
    }
  }

  /** A server that does not know its own name has the one by which it was asked. */
  private static HostAndPort place(List<?> primary, HostAndPort asked) {
    String host = primary.get(0) instanceof byte[] name ? new String(name, UTF_8) : "";
    int port = ((Long) primary.get(1)).intValue();
    return new HostAndPort(host.isEmpty() || host.equals("?") ? asked.getHost() : host, port);
  }

  @Override
  public @Nullable HostAndPort known(byte[] key) {
    return slots().of(JedisClusterCRC16.getSlot(key));
  }

  @Override
  public Set<HostAndPort> all() {
    Slots now = slots();
    Set<HostAndPort> all = new HashSet<>(now.moved().values());
    now.ranges().values().forEach(range -> all.add(range.place()));
    return all;
  }

  @Override
  public void doubt() {
    slots.updateAndGet(now -> new Slots(now.ranges(), now.moved(), true));
  }

  @Override
  public void moved(JedisRedirectionException where) {
    slots.updateAndGet(now -> {
      Map<Integer, HostAndPort> moved = new HashMap<>(now.moved());
      moved.put(where.getSlot(), where.getTargetNode());
      return new Slots(now.ranges(), Map.copyOf(moved), now.doubted());
    });
  }

  @Override
  public void check(Connection opened) {}
}
