package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.model.ChannelName;
import io.heartline.model.Nanos;
import io.heartline.model.Position;
import io.heartline.model.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Publishes who comes into channels and who goes, in the channel {@code <name>#presence} of each,
 * as long as this node is the one that does.
 *
 * <p>What is published follows who is here, one publication at a time: while nothing can be
 * published, changes are not lost, only late. A user who leaves is told of only after a while, so
 * that a reconnect, a reload and a newer line that takes over are no change.
 *
 * <p>A start forgets who was here. So the first publication in each channel after a start names all
 * users. It waits until those from before have had the time to come back.
 */
final class Telling {
  /** How many users are named at a time; the count is always that of all. */
  static final int MAX_NAMED = 1_000;

  private static final int CROWDED = 10_000;

  private static final Duration AGAIN = Duration.ofSeconds(1);

  /** How many channels are compared with what was published, at a time. */
  private static final int COMPARED = 100;

  private final Engine engine;
  private final long awayNanos;

  /** From then on all that were here before a start have come back, or have left. */
  private final long settledAt;

  @GuardedBy("this")
  private final Map<ChannelName, Attendance> channels = new HashMap<>();

  /** This node publishes who comes and who goes. */
  @GuardedBy("this")
  private boolean leading;

  /** Which channels are compared next. */
  @GuardedBy("this")
  private Iterator<ChannelName> compared = Collections.emptyIterator();

  /** How many channels may be known before those without anybody are forgotten. */
  @GuardedBy("this")
  private int crowded = CROWDED;

  private Telling(Engine engine, Duration away, Duration settling, boolean leading) {
    this.engine = engine;
    this.leading = leading;
    awayNanos = Nanos.of(away);
    settledAt = engine.nanos() + Nanos.of(settling);
  }

  /**
   * Returns that of a node without others.
   *
   * @param away how long a user may be away without leaving
   */
  static Telling alone(Engine engine, Duration away) {
    return new Telling(engine, away, away, true);
  }

  /** Returns that of one of several nodes, which does not publish yet. */
  static Telling shared(Engine engine, Duration away) {
    Duration settling = away.compareTo(Roster.LEASE) > 0 ? away : Roster.LEASE;
    return new Telling(engine, away, settling, false);
  }

  /** Returns whether this node has been running for long enough to know who is here. */
  boolean isSettled() {
    return settledAt - engine.nanos() <= 0;
  }

  synchronized boolean isLeading() {
    return leading;
  }

  /**
   * Sets whether this node publishes.
   *
   * @return whether it begins to; then it has to {@link #retell}
   */
  synchronized boolean lead(boolean now) {
    boolean begins = now && !leading;
    if (!now && leading) {
      channels.values().forEach(Attendance::untell);
    }
    leading = now;
    return begins;
  }

  /** One more line of a user, or one more node where they are, reads a channel. */
  synchronized void came(ChannelName channel, User user) {
    attendance(channel).came(user);
  }

  /** The same for one less. */
  synchronized void left(ChannelName channel, User user) {
    Attendance attendance = attendance(channel);
    if (attendance.left(user)) {
      long due = engine.nanos() + awayNanos;
      attendance.away(user, engine.timers().at(due, () -> gone(channel, user)));
    }
  }

  private void gone(ChannelName channel, User user) {
    synchronized (this) {
      attendance(channel).gone(user);
    }
    tell(channel);
  }

  /** Somebody watches a channel, so it is known from now on even if nobody reads it. */
  synchronized void watched(ChannelName channel) {
    attendance(channel);
  }

  @GuardedBy("this")
  private Attendance attendance(ChannelName channel) {
    if (channels.size() >= crowded && !channels.containsKey(channel)) {
      channels.values().removeIf(Attendance::isEmpty);
      crowded = Math.max(CROWDED, 2 * channels.size());
    }
    return channels.computeIfAbsent(channel, absent -> new Attendance());
  }

  /** Publishes what must be told of a channel, unless that is under way. */
  void tell(ChannelName channel) {
    Attendance.News news;
    boolean waits;
    synchronized (this) {
      Attendance attendance = attendance(channel);
      if (!leading) {
        attendance.untell();
        return;
      }
      if (attendance.isTelling()) {
        return;
      }
      waits = !attendance.isToldOf() && !isSettled();
      news = attendance.news(MAX_NAMED);
      if (news == null) {
        return;
      }
      attendance.telling(true);
    }
    if (waits) {
      engine.timers().at(settledAt, () -> again(channel));
    } else {
      publish(channel, news);
    }
  }

  private void publish(ChannelName channel, Attendance.News news) {
    ChannelName where = where(channel);
    engine.publish(List.of(new Draft(where, news.json()))).whenComplete((positions, failure) -> {
      if (positions == null) { // the store says by itself why
        long due = engine.nanos() + Nanos.of(AGAIN);
        engine.timers().at(due, () -> again(channel));
        return;
      }
      synchronized (this) {
        attendance(channel).told(news, positions.get(0));
      }
      again(channel);
    });
  }

  private static ChannelName where(ChannelName channel) {
    return Objects.requireNonNull(channel.presence(), "no such channel is kept");
  }

  private void again(ChannelName channel) {
    synchronized (this) {
      attendance(channel).telling(false);
    }
    tell(channel);
  }

  /** Names all users of all channels anew, if this node publishes. */
  void retell() {
    channels().forEach(this::retell);
  }

  /** Names all users of a channel anew, if this node publishes. */
  void retell(ChannelName channel) {
    synchronized (this) {
      if (!leading) {
        return;
      }
      attendance(channel).retell();
    }
    tell(channel);
  }

  /**
   * Looks whether another node has told something after this one, as one may that does not know yet
   * that it no longer publishes. Then all are named again. A few channels at a time.
   */
  void compare() {
    List<ChannelName> some = new ArrayList<>();
    synchronized (this) {
      if (!leading) {
        return;
      }
      if (!compared.hasNext()) {
        compared = List.copyOf(channels.keySet()).iterator();
      }
      while (some.size() < COMPARED && compared.hasNext()) {
        some.add(compared.next());
      }
    }
    for (ChannelName channel : some) {
      engine.head(where(channel)).thenAccept(head -> compared(channel, head));
    }
  }

  private void compared(ChannelName channel, Position head) {
    synchronized (this) {
      Attendance attendance = channels.get(channel);
      Here told = attendance == null ? null : attendance.toldOf(0);
      if (!leading || attendance == null || told == null || attendance.isTelling()) {
        return;
      }
      Position at = told.position();
      boolean last = at != null && at.epoch().equals(head.epoch()) && head.offset() <= at.offset();
      if (last) {
        return;
      }
    }
    retell(channel);
  }

  /**
   * Returns who is in a channel, as this node has told it last. If it does not publish, or has not
   * told it yet, then as this node knows it; that fails like {@link Engine#look}. If this node
   * publishes, all that differs from the answer is told behind its position.
   */
  CompletionStage<Here> here(ChannelName channel) {
    Here told = told(channel);
    return told == null ? known(channel) : CompletableFuture.completedFuture(told);
  }

  private synchronized @Nullable Here told(ChannelName channel) {
    Attendance attendance = channels.get(channel);
    return attendance == null ? null : attendance.toldOf(MAX_NAMED);
  }

  private CompletionStage<Here> known(ChannelName channel) {
    // The head comes first: what changes from now on is told behind it.
    return engine.head(where(channel)).thenApply(head -> {
      synchronized (this) {
        Attendance attendance = channels.get(channel);
        return attendance == null
            ? new Here(List.of(), 0, head)
            : attendance.knownAt(head, MAX_NAMED);
      }
    });
  }

  /** Returns all channels in which somebody is, or that somebody watches. */
  synchronized List<ChannelName> channels() {
    return List.copyOf(channels.keySet());
  }

  /** Returns how many users are in channels, each counted once for each channel. */
  synchronized int size() {
    return channels.values().stream().mapToInt(Attendance::readers).sum();
  }
}
