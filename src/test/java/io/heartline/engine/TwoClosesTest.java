package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.CloseStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A line that is ending is closed once more: a close after which the client stays away wins over
 * one after which it comes back, else the first one counts.
 */
class TwoClosesTest {
  private static final String KICKED =
      "{\"bye\":{\"code\":4501,\"reason\":\"disconnected by an operator\",\"reconnect\":false,"
          + "\"delay\":0}}";
  private static final CloseStatus KICKED_RAW = CloseStatus.KICKED.forRawClients();

  private final Rig rig = new Rig(10);
  private final RecordingConnection connection = new RecordingConnection();

  /** After which the client comes back. */
  enum First {
    STOP((rig, line) -> rig.engine.stop()),
    ROTATION((rig, line) -> line.close(CloseStatus.ROTATED, 0, true)),
    END_OF_DRAIN((rig, line) -> {
      rig.engine.drain(Duration.ZERO);
      rig.engine.timers().poll(rig.time.nanos());
    }),
    NO_ANSWER((rig, line) -> line.close(CloseStatus.NO_ANSWER));

    private final BiConsumer<Rig, Line> close;

    First(BiConsumer<Rig, Line> close) {
      this.close = close;
    }
  }

  /** A page whose first publication meets a full socket, with a second one behind it. */
  private Line delivering() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    stick();
    return line;
  }

  private void stick() {
    connection.sticks = true;
    rig.publish("updates", "1");
    rig.publish("updates", "2");
    connection.rest();
  }

  private void readAgain() {
    connection.unstick();
    rig.run();
  }

  @ParameterizedTest
  @EnumSource
  void whoeverIsKickedWhileTheEndIsDeliveredStaysAway(First first) {
    Line line = delivering();
    first.close.accept(rig, line);
    line.close(CloseStatus.KICKED);
    readAgain();
    List<String> rest = connection.rest();
    assertThat(rest).last().isEqualTo(KICKED);
    assertThat(rest).as("what is left to the next line").noneMatch(t -> t.contains("\"data\""));
    assertThat(connection.closed).isEqualTo(CloseStatus.KICKED);
  }

  @ParameterizedTest
  @EnumSource
  void whoeverIsKickedFirstStaysAway(First second) {
    Line line = delivering();
    line.close(CloseStatus.KICKED);
    second.close.accept(rig, line);
    readAgain();
    assertThat(connection.rest()).last().isEqualTo(KICKED);
    assertThat(connection.closed).isEqualTo(CloseStatus.KICKED);
  }

  @ParameterizedTest
  @EnumSource
  void rawLinesAreToldByTheCodeAlone(First first) {
    Line line = rig.open(Rig.raw(SeatPolicy.NONE), null, connection);
    stick();
    first.close.accept(rig, line);
    line.close(CloseStatus.KICKED);
    readAgain();
    assertThat(connection.rest()).isEmpty();
    assertThat(connection.closed).isEqualTo(KICKED_RAW);
  }

  @Test
  void ofTwoAfterWhichTheClientComesBackTheFirstCounts() {
    Line line = delivering();
    line.close(CloseStatus.ROTATED, 0, true);
    line.close(CloseStatus.NO_ANSWER);
    readAgain();
    assertThat(connection.rest())
        .hasSize(2)
        .last()
        .asString()
        .contains("\"code\":4000")
        .contains("\"reconnect\":true");
    assertThat(connection.closed).isEqualTo(CloseStatus.ROTATED);
  }

  @Test
  void whoeverIsKickedBeforeTheEndOfADrainIsClosedAtOnce() {
    Line line = delivering();
    line.drain(10_000);
    line.close(CloseStatus.KICKED);
    readAgain();
    assertThat(connection.rest()).last().isEqualTo(KICKED);
    assertThat(connection.closed).isEqualTo(CloseStatus.KICKED);
  }

  @Test
  void aByeThatIsBeingWrittenIsFollowedByTheOneThatCounts() {
    Line line = rig.page(connection);
    connection.sticks = true;
    line.close(CloseStatus.STOPPING);
    rig.run();
    assertThat(connection.rest()).singleElement().asString().contains("\"code\":1012");
    line.close(CloseStatus.KICKED);
    readAgain();
    assertThat(connection.rest()).containsExactly(KICKED);
    assertThat(connection.closed).isEqualTo(CloseStatus.KICKED);
  }

  @Test
  void aCloseThatWaitsForItsThreadTakesTheStrongerCode() {
    Line line = rig.page(connection);
    Deque<Runnable> closes = new ArrayDeque<>();
    rig.closers = closes::add;
    line.close(CloseStatus.STOPPING);
    rig.run();
    line.close(CloseStatus.KICKED);
    closes.remove().run();
    assertThat(connection.closed).isEqualTo(CloseStatus.KICKED);
  }

  @Test
  void theFirstDeadlineForTheCutHoldsAndTheStrongerCodeIsSent() {
    Line line = delivering();
    line.close(CloseStatus.ROTATED, 0, true);
    rig.pass(Duration.ofSeconds(3));
    line.close(CloseStatus.KICKED);
    rig.assertClosedAfter(2, connection, CloseStatus.KICKED);
  }

  @Test
  void aWriteThatFailsMakesNoWeakerCloseOfAKick() {
    Line line = delivering();
    line.close(CloseStatus.KICKED);
    connection.stuck.done(new IOException("reset, as it is to be"));
    assertThat(connection.closed).isEqualTo(CloseStatus.KICKED);
  }

  /** A raw line whose cursor fell off the log: it ends by itself. */
  private Line gap() {
    Line line = rig.open(Rig.raw(SeatPolicy.NONE), null, connection);
    connection.sticks = true;
    rig.publish("updates", "1");
    for (int i = 2; i <= 30; i++) {
      rig.publishOnly("updates", String.valueOf(i));
    }
    rig.run();
    return line;
  }

  @Test
  void aKickAfterAGapOfARawLineCounts() {
    Line line = gap();
    Deque<Runnable> closes = new ArrayDeque<>();
    rig.closers = closes::add;
    readAgain();
    line.close(CloseStatus.KICKED);
    closes.remove().run();
    assertThat(connection.closed).isEqualTo(KICKED_RAW);
  }

  @Test
  void aGapOfARawLineThatWasKickedChangesNothing() {
    Line line = gap();
    line.close(CloseStatus.KICKED);
    readAgain();
    assertThat(connection.closed).isEqualTo(KICKED_RAW);
  }

  @Test
  void aLineThatAGapEndsIsCutWhereItsCloseHangs() {
    Line line = gap();
    rig.closers = close -> {};
    readAgain();
    rig.closers = Runnable::run;
    assertThat(line.isGone()).isFalse();
    rig.pass(Duration.ofSeconds(5));
    assertThat(connection.closed).isEqualTo(CloseStatus.gap(Rig.UPDATES, "trimmed"));
    assertThat(line.isGone()).isTrue();
  }
}
