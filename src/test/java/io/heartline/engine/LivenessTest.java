package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import io.heartline.testing.Arrivals;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LivenessTest {
  private final Rig rig = new Rig();
  private final RecordingConnection connection = new RecordingConnection();

  @Test
  void aSilentLineGetsABeatAfterTheInterval() {
    rig.page(connection);
    rig.pass(Duration.ofSeconds(24));
    assertThat(connection.rest()).isEmpty();
    rig.pass(Duration.ofSeconds(1));
    assertThat(connection.rest()).singleElement().asString().startsWith("{\"beat\":");
  }

  @Test
  void noAnswerWithinTheGraceEndsTheLine() {
    rig.page(connection);
    rig.assertClosedAfter(35, connection, CloseStatus.NO_ANSWER);
    assertThat(connection.rest())
        .last()
        .asString()
        .contains("\"bye\"")
        .contains("\"code\":4003")
        .contains("\"reconnect\":true");
  }

  @Test
  void anyFrameIsAnAnswer() {
    Line line = rig.page(connection);
    for (int i = 0; i < 30; i++) {
      rig.pass(Duration.ofSeconds(9));
      rig.say(line, "{\"beat\":1}");
    }
    assertThat(connection.closed).isNull();
  }

  @Test
  void pushesAloneDoNotHideADeadPage() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    for (int i = 0; i < 35; i++) {
      rig.publish("updates", "1");
      rig.pass(Duration.ofSeconds(1));
    }
    assertThat(connection.closed).isEqualTo(CloseStatus.NO_ANSWER);
  }

  @Test
  void aTalkativePageIsSentBeatsWhenTheServerHasNothingToSay() {
    Line line = rig.page(connection);
    for (int i = 0; i < 25; i++) {
      line.received("{\"beat\":1}"); // never answered
      rig.pass(Duration.ofSeconds(1));
    }
    assertThat(connection.rest()).singleElement().asString().startsWith("{\"beat\":");
  }

  @Test
  void anAnswerThatIsFasterThanTheWritesReturnCounts() {
    Line line = rig.page(connection);
    connection.sticks = true;
    rig.pass(Duration.ofSeconds(25));
    assertThat(connection.rest()).singleElement().asString().startsWith("{\"beat\":");
    rig.time.advance(Duration.ofMillis(1));
    line.received("{\"beat\":1}"); // while the write has not come back
    rig.time.advance(Duration.ofMillis(1));
    connection.unstick();
    rig.pass(Duration.ofSeconds(20));
    assertThat(connection.closed).isNull();
  }

  @Test
  void rawLinesGetPingsAndStayForPongs() {
    Line line = rig.open(Rig.raw(SeatPolicy.NONE), null, connection);
    for (int i = 1; i <= 5; i++) {
      rig.pass(Duration.ofSeconds(26));
      assertThat(connection.pings).isEqualTo(i);
      line.ponged();
    }
    assertThat(connection.rest()).isEmpty();
    assertThat(connection.closed).isNull();
  }

  @Test
  void aPongProvesNoPage() {
    Line line = rig.page(connection);
    for (int i = 0; i < 36; i++) {
      line.ponged();
      rig.pass(Duration.ofSeconds(1));
    }
    assertThat(connection.closed).isEqualTo(CloseStatus.NO_ANSWER);
  }

  @Test
  void rawLinesThatAskForTextBeatsGetThem() {
    rig.engine.open(
        Rig.raw(SeatPolicy.NONE), connection, Arrivals.of((User) null, Duration.ofSeconds(3)));
    rig.pass(Duration.ofSeconds(3));
    assertThat(connection.rest()).containsExactly("HeartBeat");
    assertThat(connection.pings).isEqualTo(1);
  }

  @Test
  void aNativeLineThatSaysNothingIsClosedAfterTenSeconds() {
    rig.open(Rig.pages(SeatPolicy.NONE), null, connection);
    rig.assertClosedAfter(10, connection, CloseStatus.NO_FIRST_FRAME);
  }

  @Test
  void aNativeLineIsRotated() {
    Line line = rig.page(connection);
    for (int i = 0; i < 4 * 60 * 60 / 8 - 10; i++) {
      rig.pass(Duration.ofSeconds(8));
      line.received("{\"beat\":1}");
    }
    assertThat(connection.closed).isNull();
    for (int i = 0; i < 15; i++) {
      rig.pass(Duration.ofSeconds(8));
      line.received("{\"beat\":1}");
    }
    assertThat(connection.closed).isEqualTo(CloseStatus.ROTATED);
  }

  @Test
  void aJumpOfTheWallClockEndsNothing() {
    Line line = rig.page(connection);
    rig.time.jump(Duration.ofHours(5));
    rig.pass(Duration.ofSeconds(2));
    rig.time.jump(Duration.ofHours(-9));
    rig.pass(Duration.ofSeconds(2));
    assertThat(connection.closed).isNull();
    assertThat(line.isGone()).isFalse();
  }

  @Test
  void aGraceLongerThanTheBeatSuspendsNoBeats() {
    rig.engine.limits(rig.engine.limits().withGrace(Duration.ofMinutes(2)));
    Line line = rig.page(connection);
    int beats = 0;
    for (int i = 0; i < 10; i++) {
      rig.pass(Duration.ofSeconds(26));
      beats += connection.rest().size();
      rig.say(line, "{\"beat\":1}");
    }
    assertThat(beats).isGreaterThan(7);
  }

  @Test
  void aDeadLineWhoseWriteStandsKeepsNoTimerSpinning() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    rig.pass(Duration.ofSeconds(25)); // the beat that will not be answered
    connection.sticks = true;
    rig.time.advance(Duration.ofSeconds(10));
    rig.publish("updates", "1");
    long next = rig.engine.timers().poll(rig.time.nanos());
    for (int i = 0; i < 5 && next == 0; i++) {
      next = rig.engine.timers().poll(rig.time.nanos());
    }
    assertThat(next).isPositive();
  }

  @Test
  void whoeverAsksForTextBeatsSeldomIsPingedAllTheSame() {
    Line line = rig.engine
        .open(
            Rig.raw(SeatPolicy.NONE), connection, Arrivals.of((User) null, Duration.ofSeconds(60)))
        .orElseThrow();
    for (int i = 0; i < 5; i++) {
      rig.pass(Duration.ofSeconds(26));
      line.ponged();
    }
    assertThat(connection.pings).isEqualTo(5);
    assertThat(connection.rest()).containsExactly("HeartBeat");
  }

  @Test
  void aMessageThatNeverEndsEndsItsLineThoughPartsOfItCome() {
    Line line = rig.page(connection);
    for (int i = 0; i < 10; i++) {
      assertThat(connection.closed).isNull();
      line.receiving();
      rig.pass(Duration.ofSeconds(1));
    }
    assertThat(connection.closed).isEqualTo(CloseStatus.UNFINISHED);
  }

  @Test
  void eachMessageHasItsTime() {
    Line line = rig.page(connection);
    for (int i = 0; i < 5; i++) {
      line.receiving();
      rig.pass(Duration.ofSeconds(9));
      rig.say(line, "{\"beat\":1}");
      rig.pass(Duration.ofSeconds(3));
    }
    assertThat(connection.closed).isNull();
  }
}
