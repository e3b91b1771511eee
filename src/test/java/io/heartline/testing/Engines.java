package io.heartline.testing;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Cluster;
import io.heartline.engine.Engine;
import io.heartline.engine.Limits;
import io.heartline.engine.Rights;
import io.heartline.engine.Unfinished;
import io.heartline.log.Retention;
import io.heartline.store.memory.MemoryStore;
import io.heartline.store.window.Bounds;
import java.time.Duration;
import java.util.List;

/** Engines for tests of what is above them. */
public final class Engines {
  private Engines() {}

  /** Returns the face of an engine that has no other nodes. */
  public static Cluster alone(Engine engine) {
    return new Cluster(engine, session -> List.of());
  }

  /** Returns one that has not been started: nothing is written, and nothing is due. */
  public static Engine idle(FakeTime time) {
    Retention retention = new Retention(10, Duration.ofHours(24), 1 << 20);
    Duration second = Duration.ofSeconds(1);
    Limits limits = new Limits(
        second,
        second,
        second,
        second,
        second,
        8,
        1024,
        1024,
        second,
        second,
        second,
        100,
        Limits.Flow.UNLIMITED);
    return new Engine(
        new MemoryStore(new Bounds(retention, 1 << 20, 10), time, "t"),
        (identity, action, channel) -> Rights.Decision.YES.now(),
        credentials -> new Authenticator.Verdict.Nobody().now(),
        limits,
        time,
        () -> 0,
        Thread::new,
        1,
        1,
        Runnable::run,
        1 << 20,
        new Unfinished(1 << 30, 64 * 1024));
  }
}
