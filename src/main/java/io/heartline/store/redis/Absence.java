package io.heartline.store.redis;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Since when which servers do not answer. The log is told when one goes, and when it is back. */
final class Absence {
  private final Logger log;
  private final LongSupplier nanos;
  private final Map<String, Long> since = new ConcurrentHashMap<>();

  Absence(Logger log, LongSupplier nanos) {
    this.log = log;
    this.nanos = nanos;
  }

  /** A server has not answered. */
  void failed(String server, String why) {
    if (since.putIfAbsent(server, nanos.getAsLong()) == null) {
      log.log(Level.WARNING, "Redis at {0} does not answer: {1}", server, why);
    }
  }

  /** Returns whether all servers answer. */
  boolean isOver() {
    return since.isEmpty();
  }

  /** A server has answered. */
  void answered(String server) {
    Long gone = since.remove(server);
    if (gone != null) {
      long millis = Duration.ofNanos(nanos.getAsLong() - gone).toMillis();
      log.log(
          Level.INFO,
          "Redis at {0} answers again, after {1} s",
          server,
          String.format(Locale.ROOT, "%.1f", millis / 1000.0));
    }
  }

  /** Forgets servers that nobody needs any more, because others have taken their place. */
  void keep(Set<String> needed) {
    since.keySet().removeIf(server -> {
      boolean gone = !needed.contains(server);
      if (gone) {
        log.log(Level.INFO, "Redis at {0} is no longer asked: others have what it had", server);
      }
      return gone;
    });
  }

  /** Returns for how long a server has not answered; empty if it does. */
  Optional<Duration> of(String server) {
    return Optional.ofNullable(since.get(server)).map(this::until);
  }

  /** Returns for how long the one that has been gone longest has not answered. */
  Optional<Duration> longest() {
    return since.values().stream().map(this::until).max(Comparator.naturalOrder());
  }

  private Duration until(long began) {
    return Duration.ofNanos(nanos.getAsLong() - began);
  }
}
