package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.Nanos;
import io.heartline.model.User;
import io.heartline.protocol.Subscription;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a channel: the users of the lines that read it. Who comes and who goes is published in
 * the channel {@code <name>#presence}, so it has positions, history and gaps like everything else.
 *
 * <p>A user who leaves is told of only after a while, so that a reconnect, a reload and a newer
 * line that takes over are no change. What is published follows who is here, one publication at a
 * time: while nothing can be published, changes are not lost, only late.
 *
 * <p>A start forgets who was here. So the first publication in each channel after a start names all
 * users. It waits until those from before have had the time to come back.
 */
final class Presence implements LineEvents {
  /** How many users are named at a time; the count is always that of all. */
  static final int MAX_NAMED = 1_000;

  private static final int CROWDED = 10_000;

  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Engine engine;
  private final Predicate<ChannelName> kept;
  private final long awayNanos;

  /** From then on all that were here before a start have come back, or have left. */
  private final long settledAt;

  @GuardedBy("this")
  private final Map<ChannelName, Attendance> channels = new HashMap<>();

  /** How many channels may be known before those without anybody are forgotten. */
  @GuardedBy("this")
  private int crowded = CROWDED;

  /** What each open line reads of the channels that are kept, as often as it does. */
  @GuardedBy("this")
  private final Map<Line, Map<ChannelName, Integer>> lines = new HashMap<>();

  /**
   * @param kept for which channels it is kept
   * @param away how long a user may be away without leaving
   */
  Presence(Engine engine, Predicate<ChannelName> kept, Duration away) {
    this.engine = engine;
    this.kept = kept;
    awayNanos = Nanos.of(away);
    settledAt = engine.nanos() + awayNanos;
  }

  /** Returns who is in a channel, as it was last told. */
  CompletionStage<Here> here(ChannelName channel) {
    ChannelName where = channel.presence();
    if (where == null || !kept.test(channel)) {
      return CompletableFuture.completedFuture(Here.NOBODY);
    }
    synchronized (this) {
      Attendance attendance = channels.get(channel);
      Here told = attendance == null ? null : attendance.toldOf(MAX_NAMED);
      if (told != null) {
        return CompletableFuture.completedFuture(told);
      }
    }
    return engine.head(where).thenApply(head -> new Here(List.of(), 0, head));
  }

  @Override
  public void subscribed(Line line, Subscription subscription, Start start) {
    ChannelName channel = subscription.channel();
    ChannelName watched = channel.watched();
    if (watched != null) {
      if (kept.test(watched)) {
        tell(watched); // after a start, a watcher must not believe what was told before it
      }
      return;
    }
    User user = line.user();
    if (user == null || channel.presence() == null || !kept.test(channel)) {
      return;
    }
    synchronized (this) {
      Map<ChannelName, Integer> reads = lines.computeIfAbsent(line, absent -> new HashMap<>(4));
      if (reads.merge(channel, 1, Integer::sum) == 1) {
        attendance(channel).came(user);
      }
    }
    tell(channel);
    if (line.isGone()) { // and was so before it was counted
      closed(line);
    }
  }

  @Override
  public synchronized void unsubscribed(Line line, Subscription subscription) {
    ChannelName channel = subscription.channel();
    Map<ChannelName, Integer> reads = lines.get(line);
    User user = line.user();
    if (reads == null || user == null || !reads.containsKey(channel)) {
      return;
    }
    if (reads.merge(channel, -1, Integer::sum) == 0) {
      reads.remove(channel);
      left(channel, user);
    }
    if (reads.isEmpty()) {
      lines.remove(line);
    }
  }

  @Override
  public void closed(Line line, int code, @Nullable CloseStatus status, String reason) {
    closed(line);
  }

  private synchronized void closed(Line line) {
    Map<ChannelName, Integer> reads = lines.remove(line);
    User user = line.user();
    if (reads != null && user != null) {
      reads.keySet().forEach(channel -> left(channel, user));
    }
  }

  @GuardedBy("this")
  private void left(ChannelName channel, User user) {
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

  @GuardedBy("this")
  private Attendance attendance(ChannelName channel) {
    if (channels.size() >= crowded && !channels.containsKey(channel)) {
      channels.values().removeIf(Attendance::isEmpty);
      crowded = Math.max(CROWDED, 2 * channels.size());
    }
    return channels.computeIfAbsent(channel, absent -> new Attendance());
  }

  /** Publishes what must be told of a channel, unless that is under way. */
  private void tell(ChannelName channel) {
    Attendance.News news;
    boolean waits;
    synchronized (this) {
      Attendance attendance = attendance(channel);
      if (attendance.isTelling()) {
        return;
      }
      waits = !attendance.isToldOf() && settledAt - engine.nanos() > 0;
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
    ChannelName where = Objects.requireNonNull(channel.presence(), "no such channel is kept");
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

  private void again(ChannelName channel) {
    synchronized (this) {
      attendance(channel).telling(false);
    }
    tell(channel);
  }

  /** Returns how many users are in channels, each counted once for each channel. */
  synchronized int size() {
    return channels.values().stream().mapToInt(Attendance::readers).sum();
  }

  /** Returns how many lines are counted. */
  synchronized int lines() {
    return lines.size();
  }
}
