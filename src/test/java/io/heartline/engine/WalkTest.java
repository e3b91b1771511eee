package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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
  void aLineThatFailsCostsItselfOnly() {
    listen(3, true);
    connections.get(1).whenBegun = () -> {
      throw new IllegalStateException("as it is to be");
    };
    rig.publishOnly("updates", "1");
    rig.run();
    assertThat(written(1)).isEqualTo(3);
    assertThat(lines.stream().filter(Line::isGone)).containsExactly(lines.get(1));
  }
}
