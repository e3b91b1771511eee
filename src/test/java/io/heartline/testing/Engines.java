package io.heartline.testing;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Bus;
import io.heartline.engine.Cluster;
import io.heartline.engine.Draft;
import io.heartline.engine.Engine;
import io.heartline.engine.Limits;
import io.heartline.engine.Rights;
import io.heartline.engine.Store;
import io.heartline.engine.Unfinished;
import io.heartline.log.From;
import io.heartline.log.Retention;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.store.memory.MemoryStore;
import io.heartline.store.window.Bounds;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Engines for tests of what is above them. */
public final class Engines {
  private Engines() {}

  /** Returns the face of an engine that has no other nodes. */
  public static Cluster alone(Engine engine) {
    return new Cluster(engine, Bus.alone(engine.node()), session -> List.of());
  }

  /** Returns one that has not been started: nothing is written, and nothing is due. */
  public static Engine idle(FakeTime time) {
    return idle(time, Optional::empty);
  }

  /**
   * Returns one that has not been started.
   *
   * @param absence for how long its store has been away
   */
  public static Engine idle(FakeTime time, Supplier<Optional<Duration>> absence) {
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
        new AbsentStore(new MemoryStore(new Bounds(retention, 1 << 20, 10), time, "t"), absence),
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

  /** A store in memory that can say that it is away. */
  private record AbsentStore(Store store, Supplier<Optional<Duration>> away) implements Store {
    @Override
    public Optional<Duration> absence() {
      return away.get();
    }

    @Override
    public CompletionStage<List<Position>> append(List<Draft> drafts) {
      return store.append(drafts);
    }

    @Override
    public CompletionStage<Opened> open(ChannelName channel, From from) {
      return store.open(channel, from);
    }

    @Override
    public void watch(Consumer<ChannelName> committed) {
      store.watch(committed);
    }

    @Override
    public void sweep() {
      store.sweep();
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
