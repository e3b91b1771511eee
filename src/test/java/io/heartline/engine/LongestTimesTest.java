package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Nanos;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whoever sets a time to the longest there is never wants it to come, least of all at once. */
class LongestTimesTest {
  private static final Duration LONGEST = Nanos.LONGEST;

  private final Rig rig = new Rig();
  private final RecordingConnection connection = new RecordingConnection();

  private void setAll() {
    Limits limits = rig.engine.limits();
    rig.engine.limits(new Limits(
        LONGEST,
        LONGEST,
        LONGEST,
        LONGEST,
        LONGEST,
        limits.channels(),
        limits.messageBytes(),
        limits.writeChars(),
        LONGEST,
        LONGEST,
        LONGEST,
        limits.lines(),
        limits.flow()));
  }

  @Test
  void aLongWriteMayStandStillForAsLongAsCanBeSet() {
    setAll();
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    connection.sticks = true;
    rig.publish("updates", '"' + "x".repeat(40_000) + '"');
    rig.pass(Duration.ofSeconds(20));
    assertThat(connection.closed).isNull();
  }

  @Test
  void aLineThatIsNeverToBeRotatedOrJudgedIsNot() {
    setAll();
    rig.open(Rig.pages(SeatPolicy.NONE), null, connection);
    rig.pass(Duration.ofMinutes(3));
    assertThat(connection.closed).isNull();
  }

  @Test
  void aDrainMayTakeAsLongAsCanBeSet() {
    Line line = rig.page(connection);
    line.drain(Long.MAX_VALUE);
    rig.pass(Duration.ofSeconds(20));
    assertThat(connection.closed).isNull();
  }

  @Test
  void aBeatAndAGraceThatAConsoleSetsMayBeOfAnyLength() {
    Line line = rig.page(connection);
    Duration endless = Duration.ofMillis(Long.MAX_VALUE);
    rig.engine.beat(line.door(), endless);
    rig.engine.limits(rig.engine.limits().withGrace(endless));
    rig.pass(Duration.ofSeconds(60));
    assertThat(connection.closed).isNull();
    assertThat(rig.engine.timers().poll(rig.time.nanos()))
        .as("until it is looked at again")
        .isGreaterThan(Duration.ofHours(1).toNanos());
  }

  /** Time begins a hundred seconds before the end of the scale: sums of it wrap around. */
  @Test
  void whereTheClockWrapsAroundNoLineIsLookedAtAllTheTime() {
    rig.time.advance(Duration.ofSeconds(90));
    rig.page(connection);
    long next = rig.engine.timers().poll(rig.time.nanos());
    assertThat(next).isGreaterThan(Duration.ofSeconds(1).toNanos());
  }
}
