package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.model.CloseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A channel that has moved is walked in slices, by the threads that write. */
class WalkTest {
  private static final int REST = 36;

  private final Rig rig = new Rig();
  private final List<RecordingConnection> connections = new ArrayList<>();
  private final List<Line> lines = new ArrayList<>();

  private void listen(int count, boolean quick) {
    for (int i = 0; i < count; i++) {
      RecordingConnection connection = new RecordingConnection();
      connection.quick = quick;
      lines.add(rig.open(Rig.raw(SeatPolicy.NONE), null, connection));
      connections.add(connection);
    }
  }

  private boolean turn() {
    return rig.engine.pool().turn(true);
  }

  /** Returns how many of the lines were written so many times. */
  private long written(int times) {
    return connections.stream()
        .filter(connection -> connection.writes.size() == times)
        .count();
  }

  @Test
  void whatIsPublishedBeforeItBeginsIsReadByIt() {
    listen(Walk.SLICE + REST, true);
    rig.publishOnly("updates", "1");
    rig.publishOnly("updates", "2");
    assertThat(turn()).isTrue();
    assertThat(written(1)).isEqualTo(Walk.SLICE);
    assertThat(turn()).isTrue();
    assertThat(turn()).as("a turn for which there is nothing to do").isFalse();
    assertThat(connections)
        .allSatisfy(connection -> assertThat(connection.writes)
            .singleElement()
            .satisfies(write -> assertThat(write.texts()).containsExactly("1", "2")));
  }

  @Test
  void whatIsPublishedDuringItIsReadByOneMore() {
    listen(Walk.SLICE + REST, true);
    rig.publishOnly("updates", "1");
    turn();
    rig.publishOnly("updates", "2");
    rig.publishOnly("updates", "3");
    turn();
    assertThat(written(1)).isEqualTo(Walk.SLICE + REST);
    assertThat(turn()).isTrue();
    assertThat(written(2)).as("those of the first slice, which had read 1 only").isPositive();
    assertThat(turn()).isTrue();
    assertThat(turn()).as("a turn for which there is nothing to do").isFalse();
    assertThat(connections)
        .allSatisfy(connection -> assertThat(connection.rest()).containsExactly("1", "2", "3"));
  }

  @Test
  void betweenTwoSlicesOthersHaveTheirTurn() {
    listen(Walk.SLICE + REST, true);
    List<Long> writtenBefore = new ArrayList<>();
    rig.publishOnly("updates", "1");
    rig.engine.pool().ready(mayBlock -> writtenBefore.add(written(1)));
    rig.run();
    assertThat(writtenBefore).containsExactly((long) Walk.SLICE);
    assertThat(written(1)).isEqualTo(Walk.SLICE + REST);
  }

  @Test
  void otherThreadsTakePartInIt() {
    listen(Walk.SLICE + REST, true);
    List<Long> writtenAfter = new ArrayList<>();
    connections.forEach(connection -> connection.whenBegun = () -> {
      connections.forEach(each -> each.whenBegun = () -> {});
      turn(); // of another thread, in the middle of the first slice
      writtenAfter.add(written(1));
    });
    rig.publishOnly("updates", "1");
    turn();
    assertThat(writtenAfter).containsExactly(REST + 1L);
    assertThat(written(1)).isEqualTo(Walk.SLICE + REST);
  }

  @Test
  void linesWhoseWritesMayHoldAThreadHaveTurnsOfTheirOwn() {
    listen(2, false);
    rig.publishOnly("updates", "1");
    turn();
    assertThat(written(1)).isZero();
    turn();
    assertThat(written(1)).isEqualTo(1);
    turn();
    assertThat(written(1)).isEqualTo(2);
  }

  @Test
  void aWriteThatCannotBeBegunNowHasATurnOfItsOwn() {
    listen(2, true);
    connections.forEach(connection -> connection.refuses = true);
    rig.publishOnly("updates", "1");
    turn();
    assertThat(written(0)).isEqualTo(2);
    rig.publishOnly("updates", "2");
    rig.run();
    assertThat(connections)
        .allSatisfy(connection -> assertThat(connection.rest()).containsExactly("1", "2"));
    assertThat(connections.get(0).modes).contains(Connection.Mode.MAY_BLOCK);
  }

  @Test
  void aLineThatEndsWhileItsWriteWaitsIsNotWritten() {
    listen(1, true);
    connections.get(0).refuses = true;
    rig.publishOnly("updates", "1");
    turn();
    lines.get(0).closed(1006);
    rig.run();
    assertThat(connections.get(0).writes).isEmpty();
  }

  @Test
  void theWaitForATurnIsNoPartOfAWrite() {
    listen(1, true);
    RecordingConnection connection = connections.get(0);
    connection.refuses = true;
    for (int i = 0; i < 2; i++) {
      rig.publishOnly("updates", "1");
      turn();
      rig.time.advance(Duration.ofMillis(50));
      rig.run();
    }
    assertThat(connection.modes)
        .as("of a line that is not slow")
        .containsExactly(Connection.Mode.MAY_BLOCK, Connection.Mode.MAY_BLOCK);
  }

  @Test
  void aWriteThatWasBegunAndMakesNoProgressEndsTheLine() {
    listen(1, true);
    connections.get(0).sticks = true;
    rig.publish("updates", "1");
    rig.assertClosedAfter(10, connections.get(0), CloseStatus.NO_PROGRESS);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLineThatFailsCostsItselfOnly(boolean quick) {
    listen(1, quick);
    listen(3, true);
    connections.get(2).whenBegun = () -> {
      throw new IllegalStateException("as it is to be");
    };
    connections.get(3).whenBegun = () -> {
      throw new AssertionError("as it is to be");
    };
    listen(Walk.SLICE, quick);
    rig.publish("updates", "1");
    assertThat(written(1)).isEqualTo(connections.size());
    assertThat(lines.stream().filter(Line::isGone)).containsExactly(lines.get(2), lines.get(3));
    rig.publish("updates", "2");
    assertThat(written(2)).isGreaterThanOrEqualTo(connections.size() - 2);
  }

  @Test
  void aWalkThatCouldNotGoOnIsBegunAgain() {
    AtomicInteger walks = new AtomicInteger();
    Walk walk = new Walk(
        () -> {
          if (walks.incrementAndGet() == 1) {
            throw new OutOfMemoryError("as it is to be");
          }
          return Collections.emptyIterator();
        },
        rig.engine.pool());
    walk.moved();
    assertThatThrownBy(this::turn).isInstanceOf(OutOfMemoryError.class);
    walk.moved();
    rig.run();
    assertThat(walks).hasValue(2);
  }

  @Test
  void whatWasPublishedBeforeAStopIsDeliveredWhateverWasWalked() {
    listen(Walk.SLICE + REST, false);
    rig.publishOnly("updates", "1");
    rig.engine.stop();
    rig.run();
    assertThat(connections).allSatisfy(connection -> {
      assertThat(connection.rest()).containsExactly("1");
      assertThat(connection.closed).isEqualTo(CloseStatus.STOPPING);
    });
  }

  @Test
  void whatWasPublishedBeforeTheEndOfADrainIsDeliveredWhateverWasWalked() {
    listen(Walk.SLICE + REST, false);
    rig.engine.drain(Duration.ofSeconds(30)); // of which each draws no second
    rig.publishOnly("updates", "1");
    rig.engine.timers().poll(rig.time.nanos());
    rig.run();
    assertThat(connections).allSatisfy(connection -> {
      assertThat(connection.rest()).containsExactly("1");
      assertThat(connection.closed).isNotNull();
    });
  }

  /** All that real threads may do at the same time. */
  @RepeatedTest(10)
  void whateverThreadsDoEveryLineGetsAllInOrder(RepetitionInfo repetition) throws Exception {
    int count = 200;
    long seed = 31L * repetition.getCurrentRepetition();
    Rig threaded = new Rig(1000, 1000, 3);
    List<Taking> taking = new ArrayList<>();
    for (int i = 0; i < Walk.SLICE + REST; i++) {
      Taking each = new Taking(new Random(seed + i));
      taking.add(each);
      threaded.open(Rig.raw(SeatPolicy.NONE), null, each);
    }
    threaded.engine.start();
    try {
      List<Thread> publishers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Thread publisher = new Thread(() -> {
          for (int n = 0; n < count; n++) {
            threaded.publishOnly("updates", String.valueOf(n));
          }
        });
        publishers.add(publisher);
        publisher.start();
      }
      for (Thread publisher : publishers) {
        publisher.join();
      }
      for (Taking each : taking) {
        each.await(2 * count);
      }
    } finally {
      threaded.engine.close();
    }
    List<String> first = taking.get(0).texts();
    assertThat(taking)
        .as("seed %d", seed)
        .allSatisfy(each -> assertThat(each.texts()).isEqualTo(first));
  }

  /** Refuses now and then, and may say on another thread, or later, that it is done. */
  private static final class Taking implements Connection {
    private final Random random;

    @GuardedBy("this")
    private final List<String> texts = new ArrayList<>();

    Taking(Random random) {
      this.random = random;
    }

    synchronized List<String> texts() {
      return List.copyOf(texts);
    }

    synchronized void await(int count) throws InterruptedException {
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (texts.size() < count) {
        long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        assertThat(left).as("%d of %d came", texts.size(), count).isPositive();
        wait(left);
      }
    }

    @Override
    public boolean quick() {
      return true;
    }

    @Override
    public boolean tryWrite(Outgoing outgoing, Done done) {
      if (random.nextInt(4) == 0) {
        return false;
      }
      write(outgoing, Mode.MUST_NOT_BLOCK, done);
      return true;
    }

    @Override
    public void write(Outgoing outgoing, Mode mode, Done done) {
      synchronized (this) {
        texts.addAll(outgoing.texts());
        notifyAll();
      }
      if (random.nextInt(4) == 0) {
        CompletableFuture.runAsync(() -> done.done(null));
      } else {
        done.done(null);
      }
    }

    @Override
    public void close(CloseStatus status) {}

    @Override
    public void cut(CloseStatus status) {}
  }
}
