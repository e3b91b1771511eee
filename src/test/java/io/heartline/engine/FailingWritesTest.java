package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.Publication;
import io.heartline.protocol.Command;
import io.heartline.protocol.Dialect;
import io.heartline.protocol.Encoding;
import io.heartline.protocol.Manner;
import io.heartline.protocol.Protocol;
import io.heartline.protocol.Push;
import io.heartline.protocol.Subscription;
import io.heartline.protocol.text.RawProtocol;
import io.heartline.testing.Arrivals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is thrown where a line is written, it ends, leaves its seat, and costs no other line.
 */
class FailingWritesTest {
  private static final ChannelName ORDERS = new ChannelName("orders");

  private final Rig rig = new Rig();
  private final RecordingConnection connection = new RecordingConnection();
  private final RecordingConnection other = new RecordingConnection();

  private Line seated(RecordingConnection connection) {
    return rig.open(Rig.raw(SeatPolicy.NEWEST), Rig.ANN, connection);
  }

  private void assertCut(Line line) {
    assertThat(line.isGone()).isTrue();
    assertThat(connection.closed).isEqualTo(CloseStatus.WRITE_FAILED);
    assertThat(rig.engine.seatsTaken()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anErrorInAWriteCutsItsLine(boolean quick) {
    connection.quick = quick;
    Line line = seated(connection);
    rig.open(Rig.raw(SeatPolicy.NONE), null, other);
    connection.breaks = new InternalError("as it is to be");
    rig.publish("updates", "1");
    assertCut(line);
    assertThat(other.rest()).containsExactly("1");
  }

  @Test
  void anErrorInAWriteThatHadToWaitForItsTurnCutsItsLine() {
    connection.quick = true;
    Line line = seated(connection);
    connection.refuses = true;
    connection.breaks = new InternalError("as it is to be");
    rig.publish("updates", "1");
    assertCut(line);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anErrorWhileAPublicationIsEncodedCutsTheLinesThatReadIt(boolean quick) {
    connection.quick = quick;
    Door door = new Door(
        "raw",
        new Poisoned(),
        SeatPolicy.NEWEST,
        Duration.ofSeconds(25),
        null,
        user -> List.of(Rig.UPDATES, ORDERS));
    Line line = rig.open(door, Rig.ANN, connection);
    rig.open(Rig.raw(SeatPolicy.NONE), null, other);
    rig.publish("orders", "1");
    assertThat(connection.rest()).containsExactly("1");
    rig.publish("updates", "\"poison\"");
    assertCut(line);
    assertThat(other.rest()).containsExactly("poison");
  }

  /** Cannot encode one publication. */
  private static final class Poisoned implements Protocol, Dialect {
    private final Dialect raw = RawProtocol.quiet().open();
    private final Encoding encoding = Poisoned::encode;

    private static List<String> encode(ChannelName channel, List<Publication> publications) {
      if (publications.stream().anyMatch(each -> each.data().contains("poison"))) {
        throw new InternalError("as it is to be");
      }
      return publications.stream().map(Publication::data).toList();
    }

    @Override
    public Dialect open() {
      return this;
    }

    @Override
    public Manner manner() {
      return raw.manner();
    }

    @Override
    public List<Command> decode(String message) {
      return raw.decode(message);
    }

    @Override
    public @Nullable String encode(Push push) {
      return raw.encode(push);
    }

    @Override
    public Encoding publications(Subscription subscription) {
      return encoding;
    }

    @Override
    public @Nullable String separator() {
      return raw.separator();
    }
  }

  @Test
  void aCloseThatFailsFreesTheSeat() {
    Line line = seated(connection);
    connection.breaksAtEnd = new InternalError("as it is to be");
    line.close(CloseStatus.STOPPING);
    rig.run();
    assertThat(line.isGone()).isTrue();
    assertThat(rig.engine.seatsTaken()).isZero();
  }

  @Test
  void aCutThatFailsFreesTheSeat() {
    Line line = seated(connection);
    connection.breaksAtEnd = new InternalError("as it is to be");
    connection.breaks = new InternalError("as it is to be");
    rig.publish("updates", "1");
    assertCut(line);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCloseWaitsUntilThereIsAThreadForIt(boolean takenBefore) {
    Line line = seated(connection);
    List<Runnable> taken = new ArrayList<>();
    rig.closers = close -> {
      if (takenBefore) {
        taken.add(close);
      }
      throw new InternalError("unable to create native thread, as it is to be");
    };
    line.close(CloseStatus.STOPPING);
    rig.run();
    rig.pass(Duration.ofSeconds(3));
    assertThat(connection.closed).isNull();
    rig.closers = Runnable::run;
    rig.pass(Duration.ofSeconds(1));
    assertThat(connection.closed).isEqualTo(CloseStatus.STOPPING);
    assertThat(line.isGone()).isTrue();
    connection.closed = null;
    taken.forEach(Runnable::run);
    assertThat(connection.closed).as("a second close of the same line").isNull();
  }

  @Test
  void aCutWaitsUntilThereIsAThreadForIt() {
    Line line = seated(connection);
    rig.closers = close -> {
      throw new InternalError("unable to create native thread, as it is to be");
    };
    connection.breaks = new InternalError("as it is to be");
    rig.publish("updates", "1");
    rig.pass(Duration.ofSeconds(3));
    assertThat(line.isGone()).isFalse();
    rig.closers = Runnable::run;
    rig.pass(Duration.ofSeconds(1));
    assertCut(line);
  }

  @Test
  void aCutThatComesToNothingIsMadeAgain() {
    Line line = seated(connection);
    rig.closers = close -> {};
    connection.breaks = new InternalError("as it is to be");
    rig.publish("updates", "1");
    rig.closers = Runnable::run;
    rig.pass(Duration.ofSeconds(4));
    assertThat(line.isGone()).isFalse();
    rig.pass(Duration.ofSeconds(1));
    assertCut(line);
  }

  /** The pool that the server has: it runs nothing while no thread can be made. */
  @Test
  void closesAreRunByTheServersPoolOnceItCanHaveThreads() throws InterruptedException {
    AtomicBoolean lacking = new AtomicBoolean(true);
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(2, 2, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
          if (lacking.get()) {
            throw new InternalError("unable to create native thread, as it is to be");
          }
          return new Thread(task);
        });
    Timers timers = new Timers();
    LinkedBlockingQueue<String> closed = new LinkedBlockingQueue<>();
    LongSupplier none = () -> 0;
    try {
      Closers closers = new Closers(pool, timers, none);
      closers.execute(() -> closed.add("a"));
      lacking.set(false);
      timers.poll(Closers.AGAIN_NANOS);
      assertThat(closed.poll(20, TimeUnit.SECONDS)).isEqualTo("a");
      closers.execute(() -> {
        throw new AssertionError("as it is to be");
      });
      closers.execute(() -> closed.add("b"));
      assertThat(closed.poll(20, TimeUnit.SECONDS)).isEqualTo("b");
    } finally {
      pool.shutdownNow();
    }
  }

  /** The line's own part in a write may fail too. */
  @ParameterizedTest
  @ValueSource(strings = {"wrote", "waiting"})
  void whatFollowsAWriteMayFail(String where) {
    List<Throwable> told = new ArrayList<>();
    Error failure = new InternalError("as it is to be");
    connection.sticks = where.equals("waiting");
    Writer writer = new Writer(
        connection,
        new Outbox(RawProtocol.quiet(), 64 * 1024, 8, Map.of(), rig.catchUp(), () -> true),
        rig.engine.pool(),
        Runnable::run,
        new Writer.Events() {
          @Override
          public void wrote(long startedAt, long nowNanos, Outgoing outgoing) {
            throw failure;
          }

          @Override
          public void slow() {}

          @Override
          public void failed(Throwable cause) {
            told.add(cause);
          }

          @Override
          public void waiting(long startedAt, Outgoing outgoing) {
            throw failure;
          }

          @Override
          public void overflown() {}

          @Override
          public void expired() {}

          @Override
          public void held(long nanos) {}

          @Override
          public void closing(CloseStatus status) {}

          @Override
          public void closed(CloseStatus status) {}
        },
        rig.time::nanos,
        new Expiry(rig.engine::epochMillis),
        64 * 1024);
    writer.answer(new Push.Text("1"));
    rig.run();
    assertThat(told).containsExactly(failure);
    writer.answer(new Push.Text("2"));
    rig.run();
    assertThat(connection.rest()).containsExactly("1");
  }

  @Test
  void aLineThatCannotOpenLeavesNothingBehind() {
    Door door = new Door(
        "raw", RawProtocol.quiet(), SeatPolicy.NEWEST, Duration.ofSeconds(25), null, user -> {
          throw new InternalError("as it is to be");
        });
    rig.engine.open(door, connection, Arrivals.of(Rig.ANN));
    rig.run();
    assertThat(connection.closed).isEqualTo(CloseStatus.FAILED);
    assertThat(rig.engine.lines()).isZero();
    assertThat(rig.engine.seatsTaken()).isZero();
  }

  @Test
  void aLineThatCannotBeMadeIsNotCounted() {
    Protocol failing = () -> {
      throw new InternalError("as it is to be");
    };
    Door door =
        new Door("raw", failing, SeatPolicy.NONE, Duration.ofSeconds(25), null, user -> List.of());
    assertThatThrownBy(() -> rig.engine.open(door, connection, Arrivals.of(null)))
        .isInstanceOf(InternalError.class);
    assertThat(rig.engine.lines()).isZero();
  }
}
