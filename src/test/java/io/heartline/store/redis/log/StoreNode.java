package io.heartline.store.redis.log;

import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.log.From;
import io.heartline.log.Reading;
import io.heartline.log.Retention;
import io.heartline.log.RetentionRules;
import io.heartline.model.ChannelName;
import io.heartline.model.GapReason;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.model.TimeSource;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.RedisAddress;
import io.heartline.store.redis.RedisOptions;
import io.heartline.store.window.Bounds;
import io.heartline.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One node's store on a Redis that others use too, and readers that follow as lines do. */
final class StoreNode implements AutoCloseable {
  static final TimeSource REAL = new TimeSource() {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public long epochMicros() {
      return System.currentTimeMillis() * 1000;
    }
  };

  private static final Bounds BOUNDS = new Bounds(
      new RetentionRules(new Retention(100_000, Duration.ofHours(1), 64 << 20)),
      256 << 20,
      10_000,
      new Bounds.IdBounds(Duration.ofHours(1), 100_000));

  final Redis redis;
  final PolledTimers polled;
  final RedisStore store;
  private final Map<ChannelName, List<Reader>> readers = new ConcurrentHashMap<>();

  StoreNode(RedisServer server, Duration timeout) {
    this(server, timeout, REAL);
  }

  StoreNode(RedisServer server, Duration timeout, TimeSource time) {
    this(server.address(), 1, timeout, time);
  }

  StoreNode(String address, int partitions, Duration timeout, TimeSource time) {
    redis = new Redis(
        RedisAddress.parse(address),
        new RedisOptions(
            address.contains("@") ? RedisServer.PASSWORD : null,
            "hl:",
            "heartline",
            partitions,
            timeout,
            4,
            10_000),
        time::nanos,
        Thread::new);
    polled = new PolledTimers(time::nanos);
    store = new RedisStore(
        redis,
        BOUNDS,
        64 << 20,
        polled.timers(),
        time,
        Long.toString(System.nanoTime() & 0xffffffL, 36),
        Thread::new,
        1 << 20);
    store.watch(name -> readers.getOrDefault(name, List.of()).forEach(Reader::read));
    store.start();
  }

  Position publish(String channel, String data, String id) {
    return store
        .append(List.of(new Draft(new ChannelName(channel), data, id)))
        .toCompletableFuture()
        .join()
        .get(0);
  }

  Position publish(String channel, String data) {
    return publish(channel, data, null);
  }

  /** Opens a channel for a reader, trying until it is let in. */
  Reader read(String channel, From from) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        Store.Opened opened = store
            .open(new ChannelName(channel), from)
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
        Reader reader = new Reader(opened);
        readers
            .computeIfAbsent(new ChannelName(channel), name -> new CopyOnWriteArrayList<>())
            .add(reader);
        reader.read(); // what came in between
        return reader;
      } catch (ExecutionException | TimeoutException e) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError(e);
        }
        Thread.sleep(100);
      }
    }
  }

  /** Reads on whenever the channel moves, as a line does. */
  static final class Reader {
    private final Store.View view;
    private Position cursor;
    private final List<Publication> seen = new ArrayList<>();
    private final List<GapReason> gaps = new ArrayList<>();

    private Reader(Store.Opened opened) {
      view = opened.view();
      cursor = opened.start().position();
      if (opened.start().reason() != null) {
        gaps.add(opened.start().reason());
      }
    }

    private synchronized void read() {
      while (true) {
        Reading reading = view.read(cursor, 1 << 16);
        if (reading instanceof Reading.Gap gap) {
          gaps.add(gap.reason());
          cursor = gap.head();
        } else if (reading instanceof Reading.Range range) {
          if (range.publications().isEmpty()) {
            return;
          }
          seen.addAll(range.publications());
          cursor = range.end();
        }
      }
    }

    synchronized List<String> data() {
      return seen.stream().map(Publication::data).toList();
    }

    /** Returns the publishers' ids; "" where there is none. */
    synchronized List<String> ids() {
      return seen.stream().map(one -> Objects.requireNonNullElse(one.id(), "")).toList();
    }

    synchronized List<GapReason> gaps() {
      return List.copyOf(gaps);
    }

    synchronized Position cursor() {
      return cursor;
    }

    void close() {
      view.close();
    }
  }

  @Override
  public void close() {
    store.close();
    redis.close();
    polled.close();
  }
}
