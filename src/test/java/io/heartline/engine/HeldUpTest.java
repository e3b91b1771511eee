package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.CloseStatus;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** While the server itself is late nobody else is: what lies in the sockets is read first. */
class HeldUpTest {
  private final Rig rig = new Rig();
  private final RecordingConnection connection = new RecordingConnection();

  /** The whole process stands still, then all deadlines are looked at. */
  private void stop(Duration pause) {
    rig.time.advance(pause);
    rig.engine.timers().poll(rig.time.nanos());
    rig.run();
  }

  private Line pageWithABeatToAnswer() {
    Line line = rig.page(connection);
    rig.pass(Duration.ofSeconds(25));
    assertThat(connection.rest()).singleElement().asString().startsWith("{\"beat\":");
    return line;
  }

  /** Also where its deadline passed a moment ago only: most of its time was the server's. */
  @ParameterizedTest
  @ValueSource(longs = {10_100, 20_000, 3_600_000})
  void aPageWhoseAnswerIsUnreadIsAskedAgain(long pauseMillis) {
    Line line = pageWithABeatToAnswer();
    stop(Duration.ofMillis(pauseMillis));
    assertThat(connection.closed).isNull();
    assertThat(connection.rest()).last().asString().startsWith("{\"beat\":");
    rig.say(line, "{\"beat\":1}");
    rig.pass(Duration.ofSeconds(20));
    assertThat(connection.closed).isNull();
  }

  @Test
  void aPageThatIsDeadIsFoundOneGraceLater() {
    pageWithABeatToAnswer();
    stop(Duration.ofSeconds(20));
    rig.assertClosedAfter(10, connection, CloseStatus.NO_ANSWER);
  }

  @Test
  void aFirstFrameThatIsUnreadCounts() {
    Line line = rig.open(Rig.pages(SeatPolicy.NONE), null, connection);
    rig.pass(Duration.ofSeconds(1));
    stop(Duration.ofSeconds(12));
    rig.pass(Duration.ofSeconds(1));
    rig.say(line, "{\"hello\":{}}");
    rig.pass(Duration.ofSeconds(5));
    assertThat(connection.closed).isNull();
  }

  @Test
  void aFirstFrameThatDoesNotComeAllTheSameEndsTheLine() {
    rig.open(Rig.pages(SeatPolicy.NONE), null, connection);
    rig.pass(Duration.ofSeconds(1));
    stop(Duration.ofSeconds(12));
    rig.assertClosedAfter(2, connection, CloseStatus.NO_FIRST_FRAME);
  }

  private Line stalled() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    connection.sticks = true;
    rig.publish("updates", "1");
    rig.pass(Duration.ofSeconds(1));
    return line;
  }

  @Test
  void aWriteThatCouldGoOnGoesOn() {
    stalled();
    stop(Duration.ofSeconds(12));
    assertThat(connection.closed).isNull();
    connection.unstick();
    rig.pass(Duration.ofSeconds(5));
    assertThat(connection.closed).isNull();
  }

  @Test
  void aWriteThatStillDoesNotGoOnIsCut() {
    stalled();
    stop(Duration.ofSeconds(12));
    rig.assertClosedAfter(2, connection, CloseStatus.NO_PROGRESS);
  }

  @Test
  void aCloseBehindAWriteHasItsMomentToo() {
    Line line = stalled();
    AtomicBoolean cut = new AtomicBoolean();
    connection.whenCut = () -> cut.set(true);
    line.close(CloseStatus.STOPPING);
    stop(Duration.ofSeconds(9));
    connection.unstick();
    rig.pass(Duration.ofSeconds(5));
    assertThat(connection.closed).isEqualTo(CloseStatus.STOPPING);
    assertThat(cut).isFalse();
  }

  @Test
  void aMessageWhoseEndIsUnreadIsHeard() {
    Line line = rig.page(connection);
    line.receiving();
    rig.pass(Duration.ofSeconds(1));
    stop(Duration.ofSeconds(12));
    assertThat(connection.closed).isNull();
    rig.say(line, "{\"beat\":1}");
    rig.pass(Duration.ofSeconds(5));
    assertThat(connection.closed).isNull();
  }

  @Test
  void aHolderWhoseAnswerToAProbeIsUnreadKeepsItsSeat() {
    Line holder = rig.open(Rig.pages(SeatPolicy.OLDEST), Rig.ANN, connection);
    rig.say(holder, "{\"hello\":{}}");
    RecordingConnection newcomer = new RecordingConnection();
    Line line = rig.open(Rig.pages(SeatPolicy.OLDEST), Rig.ANN, newcomer);
    rig.say(line, "{\"hello\":{}}");
    rig.pass(Duration.ofSeconds(1));
    stop(Duration.ofSeconds(9));
    rig.say(holder, "{\"beat\":1}");
    rig.pass(Duration.ofSeconds(3));
    assertThat(newcomer.closed).isEqualTo(CloseStatus.SEAT_LIMIT);
    assertThat(holder.isGone()).isFalse();
  }

  @Test
  void aHolderThatCannotBeReadKeepsItsSeat() {
    AtomicBoolean exhausted = new AtomicBoolean(true);
    rig.engine.exhausted(exhausted::get);
    Line holder = rig.open(Rig.pages(SeatPolicy.OLDEST), Rig.ANN, connection);
    rig.say(holder, "{\"hello\":{}}");
    RecordingConnection newcomer = new RecordingConnection();
    Line line = rig.open(Rig.pages(SeatPolicy.OLDEST), Rig.ANN, newcomer);
    rig.say(line, "{\"hello\":{}}");
    rig.pass(Duration.ofSeconds(8));
    exhausted.set(false);
    rig.say(holder, "{\"beat\":1}");
    rig.pass(Duration.ofSeconds(3));
    assertThat(newcomer.closed).isEqualTo(CloseStatus.SEAT_LIMIT);
    assertThat(holder.isGone()).isFalse();
  }

  @Test
  void whileNothingCanBeReadLinesAreSentBeatsAndNotJudged() {
    AtomicBoolean exhausted = new AtomicBoolean(true);
    rig.engine.exhausted(exhausted::get);
    Line line = pageWithABeatToAnswer();
    rig.pass(Duration.ofSeconds(25));
    assertThat(connection.closed).isNull();
    assertThat(connection.rest()).hasSizeGreaterThan(1).allMatch(t -> t.startsWith("{\"beat\":"));
    exhausted.set(false);
    rig.pass(Duration.ofSeconds(4));
    rig.say(line, "{\"beat\":1}");
    rig.pass(Duration.ofSeconds(20));
    assertThat(connection.closed).isNull();
  }

  @Test
  void onceItCanBeReadAgainWhoeverIsSilentIsDead() {
    AtomicBoolean exhausted = new AtomicBoolean(true);
    rig.engine.exhausted(exhausted::get);
    pageWithABeatToAnswer();
    rig.pass(Duration.ofSeconds(15));
    exhausted.set(false);
    rig.pass(Duration.ofSeconds(11));
    assertThat(connection.closed).isEqualTo(CloseStatus.NO_ANSWER);
  }

  @Test
  void aMinuteOfExhaustionIsNoExcuseAnyMore() {
    rig.engine.exhausted(() -> true);
    pageWithABeatToAnswer();
    rig.pass(Duration.ofSeconds(34));
    assertThat(connection.closed).isNull();
    rig.pass(Duration.ofSeconds(15));
    assertThat(connection.closed).isEqualTo(CloseStatus.NO_ANSWER);
  }

  @Test
  void whoeverCannotSayWhetherItIsExhaustedStopsNoDeadline() {
    AtomicBoolean ran = new AtomicBoolean();
    Timers timers = new Timers();
    timers.exhausted(() -> {
      throw new IllegalStateException("as it is to be");
    });
    timers.at(10, () -> ran.set(true));
    timers.poll(10);
    assertThat(ran).isTrue();
  }
}
