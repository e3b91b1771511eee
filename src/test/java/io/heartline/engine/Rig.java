package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.log.Retention;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.Position;
import io.heartline.model.Rate;
import io.heartline.model.User;
import io.heartline.protocol.json.JsonProtocol;
import io.heartline.protocol.text.RawProtocol;
import io.heartline.store.memory.MemoryStore;
import io.heartline.store.window.Bounds;
import io.heartline.testing.Arrivals;
import io.heartline.testing.FakeTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/**
 * An engine without threads: the walks, the writers and the deadlines run when told, on the test's
 * thread.
 */
final class Rig {
  static final ChannelName UPDATES = new ChannelName("updates");
  static final User ANN = new User("ann");

  final FakeTime time;

  /** Nobody looks at tokens, unless this is replaced. */
  Authenticator tokens = credentials -> new Authenticator.Verdict.Nobody().now();

  /** Of this heap: 2 MiB each for newcomers and for what is held back, 4 MiB for all others. */
  final Unfinished unfinished = new Unfinished(512 << 20, 64 * 1024);

  final MemoryStore store;
  final Engine engine;

  /** Runs closes; a test may put another one in its place. */
  Executor closers = Runnable::run;

  Rig() {
    this(1000);
  }

  Rig(int retained) {
    this(retained, 1000);
  }

  /** @param rights what lines may read */
  Rig(Rights rights) {
    this(1000, 1000, 1, rights, Limits.Flow.UNLIMITED);
  }

  Rig(int retained, int names) {
    this(retained, names, 1);
  }

  /**
   * @param names of channels that may be known
   * @param writers threads, if it is started
   */
  Rig(int retained, int names, int writers) {
    this(retained, names, writers, Rig::closedSecrets, Limits.Flow.UNLIMITED);
  }

  /** @param between makes what the engine sees of the store */
  Rig(UnaryOperator<Store> between) {
    this(new FakeTime(), between);
  }

  private Rig(FakeTime time, UnaryOperator<Store> between) {
    this(time, store(time, 1000, 1000), between, 1, Rig::closedSecrets, Limits.Flow.UNLIMITED);
  }

  /** @param flow how much may go through a line */
  Rig(Limits.Flow flow) {
    this(10_000, 1000, 1, Rig::closedSecrets, flow);
  }

  private Rig(int retained, int names, int writers, Rights rights, Limits.Flow flow) {
    this(new FakeTime(), retained, names, writers, rights, flow);
  }

  private Rig(
      FakeTime time, int retained, int names, int writers, Rights rights, Limits.Flow flow) {
    this(time, store(time, retained, names), UnaryOperator.identity(), writers, rights, flow);
  }

  private static MemoryStore store(FakeTime time, int retained, int names) {
    return new MemoryStore(
        new Bounds(new Retention(retained, Duration.ofHours(24), 8 << 20), 256 << 20, names),
        time,
        "t");
  }

  /** Another node with the same time and the same store; lines of its own are not written to. */
  Rig(Rig other) {
    this(
        other.time,
        other.store,
        UnaryOperator.identity(),
        1,
        Rig::closedSecrets,
        Limits.Flow.UNLIMITED);
  }

  private Rig(
      FakeTime time,
      MemoryStore store,
      UnaryOperator<Store> between,
      int writers,
      Rights rights,
      Limits.Flow flow) {
    this.time = time;
    this.store = store;
    Limits limits = new Limits(
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        8,
        64 * 1024,
        64 * 1024,
        Duration.ofHours(4),
        Duration.ofHours(12),
        Duration.ofSeconds(30),
        100,
        flow);
    engine = new Engine(
        between.apply(store),
        rights,
        credentials -> tokens.authenticate(credentials),
        limits,
        time,
        () -> 0,
        Thread::new,
        writers,
        1,
        close -> closers.execute(close),
        1 << 20,
        unfinished);
  }

  static Door pages(SeatPolicy seats) {
    return new Door(
        "line", new JsonProtocol(), seats, Duration.ofSeconds(25), null, user -> List.of());
  }

  static Door raw(SeatPolicy seats) {
    return new Door(
        "raw", RawProtocol.quiet(), seats, Duration.ofSeconds(25), null, user -> List.of(UPDATES));
  }

  /** How a line may catch up that is nobody's. */
  CatchUp catchUp() {
    return new CatchUp(0, new Buckets(Rate.UNLIMITED, 1, time.nanos()), () -> "nobody");
  }

  /** Nobody may read what is called secret. */
  private static CompletionStage<Rights.Decision> closedSecrets(
      Identity identity, Rights.Action action, ChannelName channel) {
    return Rights.Decision.of(!channel.text().startsWith("secret")).now();
  }

  Line open(Door door, User user, Connection connection) {
    Line line = engine.open(door, connection, Arrivals.of(user)).orElseThrow();
    run();
    return line;
  }

  /** A page that has said hello; its welcome is taken off the record. */
  Line page(RecordingConnection connection) {
    Line line = open(pages(SeatPolicy.NONE), null, connection);
    say(line, "{\"hello\":{}}");
    connection.next();
    return line;
  }

  void say(Line line, String text) {
    line.received(text);
    run();
  }

  Position publish(String channel, String data) {
    Position position = publishOnly(channel, data);
    run();
    return position;
  }

  /** Publishes, and lets no thread of the pool run. */
  Position publishOnly(String channel, String data) {
    return engine
        .publish(List.of(new Draft(new ChannelName(channel), data)))
        .toCompletableFuture()
        .join()
        .get(0);
  }

  /** Lets walks and writers run until there is nothing to do. */
  void run() {
    boolean more = true;
    while (more) {
      more = engine.pool().turn(true);
    }
  }

  /** Lets what is due by now run as well, such as the answers to probes. */
  void settle() {
    run();
    engine.timers().poll(time.nanos());
    run();
  }

  /** Lets so many seconds pass; the line of this connection ends in the last of them. */
  void assertClosedAfter(int seconds, RecordingConnection connection, CloseStatus status) {
    pass(Duration.ofSeconds(seconds - 1));
    assertThat(connection.closed).isNull();
    pass(Duration.ofSeconds(1));
    assertThat(connection.closed).isEqualTo(status);
  }

  /** Runs what is due. */
  void poll() {
    engine.timers().poll(time.nanos());
    run();
  }

  /** Moves time on, second by second. */
  void pass(Duration duration) {
    for (long i = 0; i < duration.toSeconds(); i++) {
      time.advance(Duration.ofSeconds(1));
      engine.timers().poll(time.nanos());
      run();
    }
  }
}
