package io.heartline.store.redis.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Store;
import io.heartline.engine.Timers;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.TimeSource;
import io.heartline.store.redis.Bytes;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.Script;
import io.heartline.store.redis.Subscriptions;
import io.heartline.store.window.Bounds;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One part of all channels: those whose keys lie on one server, and a script can change at once.
 */
final class Partition {
  private static final Logger LOG = System.getLogger(Partition.class.getName());

  private static final Script PUBLISH = Script.beside(Partition.class, "common.lua", "publish.lua");
  private static final Script READ = Script.beside(Partition.class, "common.lua", "read.lua");
  private static final Script HEADS = Script.beside(Partition.class, "common.lua", "heads.lua");
  private static final Script RENEW = Script.beside(Partition.class, "common.lua", "renew.lua");
  private static final Script SWEEP = Script.beside(Partition.class, "common.lua", "sweep.lua");

  /**
   * A key that never exists. While a Redis Cluster moves a partition key by key, it refuses scripts
   * that name several keys of which one is absent. So a script that finds out by itself which keys
   * it needs names this one too: it never runs where some of them are and others are not.
   */
  private static final String WHOLE = "whole";

  /** How many channels one question compares, or one run of the sweep empties. */
  private static final int BATCH = 512;

  /** How long a hole may last before it is read: usually what is missing is on its way. */
  private static final Duration HOLE = Duration.ofMillis(20);

  /** How long after a failure a channel is read again. */
  private static final Duration AGAIN = Duration.ofMillis(250);

  /** How often this node looks for channels that are in doubt, or that nobody uses. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  /**
   * What has shown no sign for so long is compared with Redis at the next look, so that a message
   * that was lost is noticed within 20 s.
   */
  private static final Duration DOUBT = Duration.ofSeconds(20).minus(LOOK);

  /** How long a channel is followed after its last reader has left: readers come back. */
  private static final Duration LINGER = Duration.ofSeconds(10);

  /** How long it is told that something was not understood. */
  private static final Duration TOLD = Duration.ofMinutes(1);

  private record Strange(String text, long atNanos) {}

  /** How long somebody who opens a channel waits for Redis. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Redis redis;
  private final int number;
  private final String keys;
  private final Bounds bounds;
  private final Filled filled;
  private final Timers timers;
  private final TimeSource time;
  private final String life;
  private final Publisher publisher;
  private final Subscriptions subscriptions;
  private final Map<ChannelName, Followed> followed = new ConcurrentHashMap<>();

  /** What is to be compared with Redis. */
  @GuardedBy("itself")
  private final List<Followed> doubtful = new ArrayList<>();

  private volatile Consumer<ChannelName> committed = name -> {};

  /** What was last not understood; null if all was. */
  private volatile @Nullable Strange strange;

  private volatile boolean closed;

  /** There is a new connection, and some channels were not compared with Redis since. */
  private volatile boolean returning;

  /**
   * @param bounds what this partition may hold
   * @param filled the copies of all partitions
   * @param life of a store that is made now
   */
  Partition(
      Redis redis,
      int number,
      Bounds bounds,
      Filled filled,
      Timers timers,
      TimeSource time,
      String life,
      ThreadFactory threads,
      long maxWaitingBytes) {
    this.redis = redis;
    this.bounds = bounds;
    this.filled = filled;
    this.timers = timers;
    this.time = time;
    this.life = life;
    this.number = number;
    keys = redis.keys(number);
    publisher = new Publisher(this, threads, maxWaitingBytes);
    subscriptions =
        new Subscriptions(redis, number, timers, time::nanos, threads, () -> returning = true);
  }

  void start() {
    publisher.start();
    subscriptions.start();
    timers.at(nanos() + LOOK.toNanos(), this::look);
  }

  void watch(Consumer<ChannelName> told) {
    committed = told;
  }

  Publisher publisher() {
    return publisher;
  }

  Filled filled() {
    return filled;
  }

  long nanos() {
    return time.nanos();
  }

  long epochMicros() {
    return time.epochMicros();
  }

  boolean isClosed() {
    return closed;
  }

  /** Publishes a group and answers it. Called by the publisher's thread. */
  void publish(Group group) {
    List<byte[]> args = new ArrayList<>();
    args.add(Bytes.of(keys));
    args.add(Bytes.of(epochMicros()));
    args.add(Bytes.of(life));
    args.add(Bytes.of(bounds.names()));
    args.add(Bytes.of(bounds.bytes()));
    args.add(Bytes.of(bounds.ids().count()));
    args.add(Bytes.of(bounds.ids().age().toNanos() / 1000));
    args.add(redis.listeners());
    args.add(redis.publish());
    group.arguments(bounds.retention(), args);
    Object answer = redis.run(
        PUBLISH,
        List.of(
            keys + "all", keys + "names", keys + "old", keys + "ids", keys + "idq", keys + WHOLE),
        args);
    Group.Done done = group.done((List<?>) answer);
    done.news().forEach(this::published);
    done.answer(bounds.names());
  }

  private void published(ChannelName name, Notice notice) {
    Followed here = followed.get(name);
    if (here == null) {
      moved(name);
    } else {
      here.append(notice);
    }
  }

  /** Opens a channel; fails with {@link Store.Unavailable} if Redis does not answer in time. */
  CompletionStage<Store.Opened> open(ChannelName name, From from) {
    CompletableFuture<Store.Opened> answer = null;
    while (answer == null) {
      answer = follow(name).open(from);
    }
    if (!answer.isDone()) {
      CompletableFuture<Store.Opened> late = answer;
      Timers.Timer timeout = timers.at(
          nanos() + PATIENCE.toNanos(),
          () ->
              late.completeExceptionally(new Store.Unavailable("Redis has not answered in time")));
      answer.whenComplete((opened, failure) -> timeout.cancel());
    }
    return answer;
  }

  private Followed follow(ChannelName name) {
    Followed present = followed.get(name);
    if (present != null) {
      return present;
    }
    Followed made = new Followed(name, bounds.retention().of(name), this);
    Followed other = followed.putIfAbsent(name, made);
    if (other != null) {
      return other;
    }
    if (!closed) {
      subscriptions.subscribe(heard(name), made);
    }
    return made;
  }

  private String heard(ChannelName name) {
    return keys + "h:" + name.text();
  }

  /**
   * Returns whether one more channel that was never published to may be read: strangers can ask for
   * any name.
   */
  boolean mayFollowUnborn(Followed one) {
    if (followed.size() <= bounds.names()) {
      return true;
    }
    long others = followed.values().stream()
        .filter(other -> other != one && other.isUnborn())
        .count();
    return others < bounds.names();
  }

  Store.Unavailable tooManyUnborn() {
    return new Store.Unavailable(
        "there are already " + bounds.names() + " channels that have readers only");
  }

  /**
   * Reads a channel.
   *
   * @param after what lies after this offset; negative for nothing
   * @param last at least so many of the newest
   */
  CompletionStage<Content> read(ChannelName name, long after, int last) {
    return redis
        .later(
            READ,
            List.of(
                keys + "all", keys + "names", keys + "c:" + name.text(), keys + "l:" + name.text()),
            List.of(
                Bytes.of(name.text()),
                Bytes.of(life),
                Bytes.of(after < 0 ? "" : Long.toString(after)),
                Bytes.of(last)))
        .thenApply(answer -> Content.parse((List<?>) answer));
  }

  /**
   * Reads a whole channel whose log was set back. It has a new epoch then, so that a reader who has
   * not come to what was lost is told as well.
   *
   * @param epoch the one in which it was set back
   */
  CompletionStage<Content> readAnew(ChannelName name, String epoch) {
    return redis
        .later(
            RENEW,
            List.of(keys + "all", keys + "c:" + name.text(), keys + WHOLE),
            List.of(Bytes.of(epoch)))
        .thenCompose(renewed -> read(name, 0, 0));
  }

  /** Runs something a little later: what is missing may come by then. */
  void fillLater(Runnable task) {
    timers.at(nanos() + HOLE.toNanos(), task);
  }

  /** Runs something later, after a failure. */
  void readLater(Runnable task) {
    timers.at(nanos() + AGAIN.toNanos(), task);
  }

  /** A channel's head has moved. */
  void moved(ChannelName name) {
    committed.accept(name);
  }

  /**
   * Something was heard or read that is not understood. Says so in the log, once in a while.
   *
   * @return what whoever needs it is told
   */
  Store.Unavailable strange(ChannelName name, @Nullable Throwable why) {
    String text = "channel " + name.text() + " is not understood ("
        + (why == null ? "no reason" : why.getMessage()) + ")";
    Strange before = strange;
    strange = new Strange(text, nanos());
    if (before == null || nanos() - before.atNanos > TOLD.toNanos()) {
      LOG.log(
          Level.ERROR,
          "{0}. Is a node of another version running on the same Redis, or somebody else with the"
              + " prefix {1}?",
          text,
          redis.options().prefix());
    }
    return new Store.Unavailable(text);
  }

  /** Returns why this partition cannot be relied on now; empty if it can. */
  Optional<String> problem() {
    Strange last = strange;
    if (last != null && nanos() - last.atNanos < TOLD.toNanos()) {
      return Optional.of(last.text);
    }
    return isHeard()
        ? Optional.empty()
        : Optional.of("what other nodes publish is not heard, or not all of it");
  }

  /** Returns why nothing is sent to Redis now, without asking it; null if it can be asked. */
  @Nullable
  String absence() {
    return redis
        .away(number)
        .map(since -> "Redis has not answered for " + since.toSeconds() + " s")
        .orElse(null);
  }

  /**
   * Returns whether everything that is published is heard: there is a connection, and each channel
   * was subscribed on it and compared with Redis, but for those that were opened just now.
   */
  boolean isHeard() {
    if (!subscriptions.isConnected()) {
      return false;
    }
    if (returning && followed.values().stream().noneMatch(Followed::isReturning)) {
      returning = false;
    }
    return !returning;
  }

  /** A channel is to be compared with Redis soon; many may be after a reconnect. */
  void compare(Followed one) {
    boolean first;
    synchronized (doubtful) {
      first = doubtful.isEmpty();
      doubtful.add(one);
    }
    if (first) {
      compareLater(Duration.ofMillis(5));
    }
  }

  private void compareLater(Duration delay) {
    timers.at(nanos() + delay.toNanos(), this::compareDoubtful);
  }

  private void compareDoubtful() {
    while (true) {
      List<Followed> batch;
      synchronized (doubtful) {
        if (doubtful.isEmpty()) {
          return;
        }
        List<Followed> first = doubtful.subList(0, Math.min(BATCH, doubtful.size()));
        batch = new ArrayList<>(first);
        first.clear();
      }
      compare(batch);
    }
  }

  private void compare(List<Followed> batch) {
    List<Followed> asked = new ArrayList<>(batch.size());
    List<Position> heads = new ArrayList<>(batch.size());
    List<String> names = new ArrayList<>(batch.size() + 1);
    names.add(keys + "all");
    for (Followed one : batch) {
      Position head = one.head();
      if (head != null) {
        asked.add(one);
        heads.add(head);
        names.add(keys + "c:" + one.name().text());
      }
    }
    redis
        .later(HEADS, names, List.of(Bytes.of(life)))
        .thenApply(answer -> ((List<?>) answer)
            .stream().map(head -> Content.head(Bytes.text(head))).toList())
        .whenComplete((found, failure) -> {
          if (found == null) {
            again(asked);
            return;
          }
          for (int i = 0; i < asked.size(); i++) {
            asked.get(i).compared(heads.get(i), found.get(i));
          }
        });
  }

  private void again(List<Followed> asked) {
    synchronized (doubtful) {
      doubtful.addAll(asked);
    }
    compareLater(AGAIN);
  }

  private void look() {
    if (closed) {
      return;
    }
    long now = nanos();
    for (Followed one : followed.values()) {
      if (one.endIfIdle(now, LINGER.toNanos())) {
        end(one);
      } else if (one.isDoubtful(now, DOUBT.toNanos())) {
        compare(one);
      }
    }
    timers.at(now + LOOK.toNanos(), this::look);
  }

  private void end(Followed one) {
    followed.remove(one.name(), one);
    subscriptions.unsubscribe(heard(one.name()), one);
    filled.remove(one);
  }

  /** Drops what is too old: here now, and soon in Redis. */
  void sweep() {
    followed.values().forEach(Followed::trim);
    redis.later(this::sweepRedis).exceptionally(failure -> {
      LOG.log(Level.DEBUG, "what is too old stays in Redis for now: {0}", failure.toString());
      return false;
    });
  }

  private boolean sweepRedis() {
    Object emptied = (long) BATCH;
    while (emptied instanceof Long count && count == BATCH) {
      emptied = redis.run(
          SWEEP,
          List.of(keys + "all", keys + "old", keys + "ids", keys + "idq", keys + WHOLE),
          List.of(
              Bytes.of(keys),
              Bytes.of(epochMicros()),
              Bytes.of(bounds.ids().age().toNanos() / 1000),
              Bytes.of(bounds.ids().count()),
              Bytes.of(BATCH)));
    }
    return true;
  }

  /** Takes no more publications; what is read from now on is read from Redis. */
  void close() {
    closed = true;
    publisher.close();
    subscriptions.close();
  }
}
