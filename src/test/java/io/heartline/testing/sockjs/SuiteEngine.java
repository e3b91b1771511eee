package io.heartline.testing.sockjs;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.engine.Limits;
import io.heartline.engine.Line;
import io.heartline.engine.LineEvents;
import io.heartline.engine.Rights;
import io.heartline.engine.SeatPolicy;
import io.heartline.engine.Timers;
import io.heartline.engine.Unfinished;
import io.heartline.log.Retention;
import io.heartline.model.CloseCause;
import io.heartline.model.CloseStatus;
import io.heartline.model.TimeSource;
import io.heartline.protocol.Protocol;
import io.heartline.store.memory.MemoryStore;
import io.heartline.store.window.Bounds;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** An engine with a door that echoes and one that closes every line at once. */
final class SuiteEngine implements TimeSource, LineEvents {
  private static final CloseStatus GO_AWAY = new CloseStatus(3000, CloseCause.NORMAL, "Go away!");

  final Door echo = door("echo", new Echo());
  final Door close = door("close", new Echo());
  final Engine engine;

  private final ExecutorService closers = Executors.newCachedThreadPool(SuiteEngine::thread);
  private final Thread timers = thread(this::poll);
  private volatile boolean stopped;

  SuiteEngine() {
    Duration long10 = Duration.ofSeconds(10);
    Duration hours = Duration.ofHours(12);
    Limits limits = new Limits(
        long10,
        long10,
        long10,
        long10,
        long10,
        8,
        64 * 1024,
        64 * 1024,
        hours,
        hours,
        long10,
        1000,
        Limits.Flow.UNLIMITED);
    engine = new Engine(
        new MemoryStore(new Bounds(new Retention(10, hours, 1 << 20), 1 << 20, 10), this, "t"),
        (identity, action, channel) -> Rights.Decision.NO.now(),
        credentials -> new Authenticator.Verdict.Nobody().now(),
        limits,
        this,
        () -> ThreadLocalRandom.current().nextDouble(),
        SuiteEngine::thread,
        4,
        16,
        closers,
        1 << 20,
        new Unfinished(1 << 30, 64 * 1024));
    engine.listen(this);
  }

  private static Door door(String name, Protocol protocol) {
    return new Door(
        name, protocol, SeatPolicy.NONE, Duration.ofSeconds(25), null, user -> List.of());
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "sockjs-services");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long epochMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  @Override
  public void opened(Line line) {
    if (line.door() == close) {
      engine.timers().at(nanos(), () -> line.close(GO_AWAY));
    }
  }

  void start() {
    engine.start();
    engine.timers().onEarlier(() -> LockSupport.unpark(timers));
    timers.start();
  }

  private void poll() {
    while (!stopped) {
      LockSupport.parkNanos(Math.min(engine.timers().poll(nanos()), Timers.LOOK_NANOS));
    }
  }

  void stop() {
    engine.stop();
    engine.close();
    stopped = true;
    LockSupport.unpark(timers);
    closers.shutdown();
  }
}
