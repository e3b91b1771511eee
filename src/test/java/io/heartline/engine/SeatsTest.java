package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.CloseStatus;
import io.heartline.testing.Arrivals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Exactly one line per seat once things settle. */
class SeatsTest {
  private final Rig rig = new Rig();
  private final RecordingConnection first = new RecordingConnection();
  private final RecordingConnection second = new RecordingConnection();
  private final RecordingConnection third = new RecordingConnection();

  private Line page(String instance, boolean take, RecordingConnection connection) {
    Line line = rig.open(Rig.pages(SeatPolicy.NEWEST), Rig.ANN, connection);
    hello(line, instance, take);
    return line;
  }

  private void hello(Line line, String instance, boolean take) {
    rig.say(line, "{\"hello\":{\"instance\":\"" + instance + "\",\"take\":" + take + "}}");
  }

  @Test
  void theNewestTabWins() {
    page("a", false, first);
    page("b", false, second);
    assertThat(first.closed).isEqualTo(CloseStatus.REPLACED);
    assertThat(second.closed).isNull();
    assertThat(first.rest())
        .last()
        .asString()
        .contains("\"code\":4500")
        .contains("\"reconnect\":false");
  }

  @Test
  void theCloseOfAReplacedLineNeverTouchesItsSuccessor() {
    Line old = page("a", false, first);
    page("b", false, second);
    old.closed(1006);
    page("c", false, third);
    assertThat(second.closed)
        .as("b still had the seat, so c had to take it")
        .isEqualTo(CloseStatus.REPLACED);
  }

  @Test
  void anAnonymousLineHoldsNoSeat() {
    rig.open(Rig.raw(SeatPolicy.NEWEST), null, first);
    rig.open(Rig.raw(SeatPolicy.NEWEST), null, second);
    assertThat(first.closed).isNull();
    assertThat(second.closed).isNull();
  }

  @Test
  void thePredecessorOfTheSamePageIsReplacedWithoutAChangeOfHands() {
    for (int i = 0; i < 20; i++) {
      page("a", false, new RecordingConnection());
    }
    page("b", false, second);
    assertThat(second.closed).isNull();
    assertThat(second.next()).contains("welcome");
  }

  /** Two pages that come back after every close, until a holds the seat: 5 returns in a minute. */
  private Line war(RecordingConnection holder) {
    for (int i = 0; i < 3; i++) {
      page("a", false, new RecordingConnection());
      page("b", false, new RecordingConnection());
    }
    return page("a", false, holder);
  }

  @Test
  void twoTabsReloadedByTurnsAreNeverHeldOff() {
    List<RecordingConnection> loads = new ArrayList<>();
    for (String tab : List.of("x", "y", "x", "y", "x")) {
      loads.forEach(before -> assertThat(before.closed).isIn(null, CloseStatus.REPLACED));
      RecordingConnection load = new RecordingConnection();
      page(tab, false, load);
      loads.add(load);
      rig.pass(Duration.ofSeconds(2));
    }
    RecordingConnection last = loads.remove(4);
    assertThat(last.closed).isNull();
    assertThat(last.next()).contains("welcome");
    assertThat(loads).allSatisfy(load -> {
      assertThat(load.closed).isEqualTo(CloseStatus.REPLACED);
      assertThat(load.next()).contains("welcome");
    });
  }

  @Test
  void twoRawPagesReloadedByTurnsAreNeverHeldOff() {
    List<RecordingConnection> loads = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      RecordingConnection load = new RecordingConnection();
      rig.open(Rig.raw(SeatPolicy.NEWEST), Rig.ANN, load);
      loads.add(load);
      rig.pass(Duration.ofSeconds(2));
    }
    assertThat(loads.remove(4).closed).isNull();
    assertThat(loads).allMatch(load -> load.closed.equals(CloseStatus.REPLACED));
  }

  @Test
  void afterFiveReturnsNewcomersAreHeldOffOnceTheHolderHasAnswered() {
    Line holder = war(third);
    RecordingConnection again = new RecordingConnection();
    page("b", false, again);
    assertThat(again.closed).as("the holder is asked first").isNull();
    assertThat(third.rest()).last().asString().contains("beat");
    rig.say(holder, "{\"beat\":1}");
    rig.settle();
    assertThat(again.closed.code()).isEqualTo(4008);
    assertThat(again.rest())
        .singleElement()
        .asString()
        .contains("\"reconnect\":true")
        .contains("\"delay\":10000");
    assertThat(third.closed).isNull();
  }

  @Test
  void aHolderThatDoesNotAnswerTheProbeLosesTheSeat() {
    war(third);
    RecordingConnection again = new RecordingConnection();
    page("b", false, again);
    rig.pass(Duration.ofSeconds(4));
    assertThat(third.closed).isNull();
    rig.pass(Duration.ofSeconds(1));
    assertThat(third.closed).isEqualTo(CloseStatus.NO_ANSWER);
    assertThat(again.closed).isNull();
    assertThat(again.next()).contains("welcome");
  }

  @Test
  void aHolderWhoseAnswerLayUnreadDuringAPauseOfOursKeepsTheSeat() {
    Line holder = war(third);
    page("b", false, second);
    rig.pass(Duration.ofSeconds(1));
    rig.time.advance(Duration.ofSeconds(6)); // the process stood still
    rig.settle();
    assertThat(third.closed).isNull();
    rig.say(holder, "{\"beat\":1}");
    rig.pass(Duration.ofSeconds(2));
    assertThat(third.closed).isNull();
  }

  @Test
  void aHolderThatIsSilentAfterAPauseOfOursTooLosesTheSeat() {
    rig.open(Rig.raw(SeatPolicy.OLDEST), Rig.ANN, first);
    rig.open(Rig.raw(SeatPolicy.OLDEST), Rig.ANN, second);
    rig.pass(Duration.ofSeconds(1));
    rig.time.advance(Duration.ofSeconds(8)); // the process stood still
    rig.settle();
    assertThat(first.closed).isNull();
    rig.pass(Duration.ofSeconds(2));
    assertThat(first.closed).isEqualTo(CloseStatus.NO_ANSWER);
    assertThat(second.closed).isNull();
  }

  @Test
  void aHolderThatGoesWhileItIsProbedLeavesTheSeatAtOnce() {
    Line holder = war(third);
    RecordingConnection again = new RecordingConnection();
    page("b", false, again);
    assertThat(again.rest()).as("the holder is asked first").isEmpty();
    holder.closed(1001);
    rig.settle();
    assertThat(again.next()).contains("welcome");
    assertThat(again.closed).isNull();
  }

  @Test
  void nobodyIsRefusedBecauseOfAHolderThatIsEnding() {
    Line old = rig.open(Rig.raw(SeatPolicy.OLDEST), Rig.ANN, first);
    first.sticks = true;
    rig.publish("updates", "1");
    old.close(CloseStatus.KICKED); // which waits for the write
    rig.open(Rig.raw(SeatPolicy.OLDEST), Rig.ANN, second);
    old.ponged();
    rig.settle();
    assertThat(second.closed).isNull();
  }

  @Test
  void aNewcomerThatGoesWhileItsHolderIsProbedLeavesNothingBehind() {
    Line old = rig.open(Rig.raw(SeatPolicy.OLDEST), Rig.ANN, first);
    rig.open(Rig.raw(SeatPolicy.OLDEST), Rig.ANN, second).closed(1006);
    rig.pass(Duration.ofSeconds(5));
    assertThat(first.closed).as("nobody needs the seat any more").isNull();
    old.closed(1006);
    assertThat(rig.engine.seatsTaken()).isZero();
  }

  @Test
  void aUsersGestureTakesAHeldSeat() {
    war(third);
    RecordingConnection again = new RecordingConnection();
    page("b", true, again);
    assertThat(third.closed).isEqualTo(CloseStatus.REPLACED);
    assertThat(again.next()).contains("welcome");
  }

  @Test
  void oldestWinsRefusesTheNewcomerOnceTheHolderHasAnswered() {
    Line old = rig.open(Rig.raw(SeatPolicy.OLDEST), Rig.ANN, first);
    rig.open(Rig.raw(SeatPolicy.OLDEST), Rig.ANN, second);
    assertThat(first.pings).isEqualTo(1);
    old.ponged();
    rig.settle();
    assertThat(second.closed).isEqualTo(CloseStatus.SEAT_LIMIT.forRawClients());
    assertThat(first.closed).isNull();
  }

  @Test
  void aNumberSeatsSoManyAndRefusesTheNext() {
    Door door = Rig.pages(SeatPolicy.atMost(2));
    List<Line> lines = new ArrayList<>();
    for (RecordingConnection connection : List.of(first, second, third)) {
      Line line = rig.open(door, Rig.ANN, connection);
      rig.say(line, "{\"hello\":{}}");
      lines.add(line);
    }
    assertThat(third.rest()).isEmpty();
    rig.say(lines.get(0), "{\"beat\":1}");
    rig.say(lines.get(1), "{\"beat\":1}");
    rig.settle();
    assertThat(third.closed).isEqualTo(CloseStatus.SEAT_LIMIT);
  }

  @Test
  void whileTheSeatIsUndecidedCommandsWaitInOrder() {
    Line old = rig.open(Rig.pages(SeatPolicy.OLDEST), Rig.ANN, first);
    rig.say(old, "{\"hello\":{}}");
    Line line = rig.open(Rig.pages(SeatPolicy.OLDEST), Rig.ANN, second);
    rig.say(line, "{\"hello\":{}}\n{\"probe\":1}");
    rig.say(line, "{\"probe\":2}");
    assertThat(second.rest()).isEmpty();
    old.closed(1006);
    rig.pass(Duration.ofSeconds(5));
    assertThat(second.rest()).hasSize(3).first().asString().contains("welcome");
  }

  @Test
  void rawClientsThatComeBackAfterEveryCloseDoNotEvictEachOtherForEver() {
    int evictions = 0;
    List<RecordingConnection> all = new ArrayList<>();
    Line sitting = null;
    RecordingConnection last = null;
    for (int i = 0; i < 1000; i++) { // two tabs, one of which comes back every two seconds
      RecordingConnection connection = new RecordingConnection();
      all.add(connection);
      Line line = rig.open(Rig.raw(SeatPolicy.NEWEST), Rig.ANN, connection);
      if (sitting != null) {
        sitting.ponged();
        rig.settle();
      }
      if (connection.closed == null) {
        evictions += last == null ? 0 : 1;
        sitting = line;
        last = connection;
      }
      rig.pass(Duration.ofSeconds(2));
    }
    assertThat(evictions).isLessThan(60);
    assertThat(all.stream()
            .filter(c -> c.closed != null && c.closed.code() == 4008)
            .count())
        .isGreaterThan(900);
  }

  /**
   * A model-based check: whatever comes, goes and claims in whatever order, one line sits in the
   * end.
   */
  @RepeatedTest(100)
  void exactlyOneLineSitsInTheEnd(RepetitionInfo info) {
    long seed = 77L + info.getCurrentRepetition();
    Random random = new Random(seed);
    Rig rig = new Rig();
    List<Line> lines = new ArrayList<>();
    List<RecordingConnection> connections = new ArrayList<>();
    for (int step = 0; step < 40; step++) {
      if (lines.isEmpty() || random.nextInt(3) > 0) {
        RecordingConnection connection = new RecordingConnection();
        Line line = rig.engine
            .open(Rig.pages(SeatPolicy.NEWEST), connection, Arrivals.of(Rig.ANN))
            .orElseThrow();
        lines.add(line);
        connections.add(connection);
        line.received("{\"hello\":{\"instance\":\"i" + random.nextInt(4) + "\",\"take\":"
            + random.nextBoolean() + "}}");
      } else if (random.nextBoolean()) {
        lines.get(random.nextInt(lines.size())).closed(1006);
      } else {
        lines.get(random.nextInt(lines.size())).received("{\"beat\":1}");
      }
      if (random.nextBoolean()) {
        rig.run();
      }
      if (random.nextInt(5) == 0) {
        rig.time.advance(Duration.ofSeconds(random.nextInt(8)));
        rig.engine.timers().poll(rig.time.nanos());
      }
    }
    RecordingConnection last = new RecordingConnection();
    Line winner = rig.open(Rig.pages(SeatPolicy.NEWEST), Rig.ANN, last);
    rig.say(winner, "{\"hello\":{\"instance\":\"z\",\"take\":true}}");
    rig.settle();
    long sitting = lines.stream()
        .filter(l -> !l.isGone() && welcomed(connections.get(lines.indexOf(l))))
        .count();
    assertThat(sitting).as("seed %d", seed).isZero();
    assertThat(last.closed).as("seed %d", seed).isNull();
    assertThat(last.next()).as("seed %d", seed).contains("welcome");
  }

  private static boolean welcomed(RecordingConnection connection) {
    return connection.writes.stream().anyMatch(w -> w.texts().toString().contains("welcome"));
  }

  @Test
  void aLineThatWasToldToCloseEvictsNobody() {
    page("a", false, first);
    second.sticks = true;
    Line dying = rig.open(Rig.pages(SeatPolicy.NEWEST), Rig.ANN, second);
    dying.close(CloseStatus.KICKED); // its close waits for the pool
    dying.received("{\"hello\":{\"instance\":\"b\"}}");
    rig.run();
    assertThat(first.closed).isNull();
  }
}
