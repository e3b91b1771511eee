package io.heartline.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.engine.Timers;
import io.heartline.testing.RecordingLog;
import io.heartline.testing.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A way to Redis, with what it has logged and the threads it has. */
final class Ways implements AutoCloseable {
  static final Script COUNT = Script.beside(Ways.class, "count.lua");
  static final Script SAY = Script.beside(Ways.class, "say.lua");

  final RecordingLog log = new RecordingLog();
  final Redis redis;
  private final Timers timers = new Timers();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final Thread poller = new Thread(this::poll);
  private volatile boolean closed;

  Ways(String address, RedisOptions options) {
    redis = new Redis(
        RedisAddress.parse(address),
        options,
        System::nanoTime,
        () -> System.currentTimeMillis() * 1000,
        this::thread,
        log);
    poller.setDaemon(true);
    poller.start();
  }

  /** One to a server with the users of the files for operators. */
  static Ways shipped(String address) {
    return new Ways(address, options().withPassword(RedisServer.PASSWORD));
  }

  static Ways of(RedisServer server) {
    return new Ways(server.address(), options());
  }

  static RedisOptions options() {
    return new RedisOptions(null, "hl:", "heartline", 1, Duration.ofSeconds(2), 4, 100);
  }

  private Thread thread(Runnable work) {
    Thread made = new Thread(work);
    made.setDaemon(true);
    threads.add(made);
    return made;
  }

  /** Returns those of its threads that have not ended. */
  List<Thread> threads() {
    return threads.stream().filter(Thread::isAlive).toList();
  }

  private void poll() {
    while (!closed) {
      LockSupport.parkNanos(Math.min(timers.poll(System.nanoTime()), 10_000_000));
    }
  }

  Subscriptions subscriptions(int partition) {
    Subscriptions made =
        new Subscriptions(redis, partition, timers, System::nanoTime, this::thread, () -> {});
    made.start();
    return made;
  }

  /** Counts a key up. */
  long count(String key) {
    return (Long) redis.run(COUNT, List.of(key), List.of());
  }

  /** Publishes to who listens to a name. */
  void say(String name, String what) {
    String command = redis.sharded() ? "SPUBLISH" : "PUBLISH";
    redis.run(SAY, List.of(name), List.of(command.getBytes(UTF_8), what.getBytes(UTF_8)));
  }

  /**
   * Waits until something comes true, and fails after a minute; a Redis that is away is waited for.
   */
  static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    RuntimeException last = null;
    while (System.nanoTime() < deadline) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (RedisAway e) {
        last = e;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("waited in vain for " + what, last);
  }

  @Override
  public void close() {
    redis.close();
    closed = true;
    LockSupport.unpark(poller);
  }
}
