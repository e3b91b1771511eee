package io.heartline.store.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.BiFunction;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/** Servers that know where others are. One after the other is asked, until one answers. */
final class Guides {
  /** Whoever answered last is first. */
  @GuardedBy("this")
  private final List<HostAndPort> all;

  Guides(Collection<HostAndPort> all) {
    this.all = new ArrayList<>(all);
  }

  /** Adds servers to those that are asked. */
  synchronized void add(Collection<HostAndPort> more) {
    LinkedHashSet<HostAndPort> joined = new LinkedHashSet<>(all);
    joined.addAll(more);
    all.clear();
    all.addAll(joined);
  }

  /**
   * Asks until one answers. Each has a share of the time, so one that is silent takes it from
   * nobody.
   *
   * @throws JedisException if none answers, as the last of them did
   */
  <T> T ask(Deadline deadline, BiFunction<HostAndPort, Deadline, T> question) {
    List<HostAndPort> order;
    synchronized (this) {
      order = List.copyOf(all);
    }
    JedisException last = new JedisConnectionException("there is nobody to ask");
    for (int i = 0; i < order.size(); i++) {
      HostAndPort guide = order.get(i);
      try {
        T answer = question.apply(guide, deadline.share(order.size() - i));
        move(guide, true);
        return answer;
      } catch (JedisException e) {
        move(guide, false);
        last = better(last, e);
      }
    }
    throw last;
  }

  /** What a server says against it tells more than that another is silent. */
  private static JedisException better(JedisException before, JedisException now) {
    return now instanceof JedisConnectionException && !(before instanceof JedisConnectionException)
        ? before
        : now;
  }

  private synchronized void move(HostAndPort guide, boolean first) {
    if (all.remove(guide)) {
      all.add(first ? 0 : all.size(), guide);
    }
  }
}
