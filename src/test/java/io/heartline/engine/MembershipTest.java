package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import io.heartline.protocol.json.JsonProtocol;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One seat on two nodes, case by case. */
class MembershipTest {
  private static final SeatKey SEAT = new SeatKey("line", Rig.ANN);

  private final SimulatedCluster cluster = new SimulatedCluster(new Random(1), 2);
  private final SimulatedCluster.Node one = cluster.nodes.get(0);
  private final SimulatedCluster.Node two = cluster.nodes.get(1);
  private final RecordingConnection first = new RecordingConnection();
  private final RecordingConnection second = new RecordingConnection();

  static Door door(SeatPolicy seats) {
    return new Door(
        "line",
        new JsonProtocol(),
        seats,
        Duration.ofSeconds(25),
        null,
        user -> List.of(Rig.UPDATES));
  }

  private Line page(SimulatedCluster.Node node, String instance, RecordingConnection connection) {
    return page(node, SeatPolicy.NEWEST, instance, connection);
  }

  private Line page(
      SimulatedCluster.Node node,
      SeatPolicy policy,
      String instance,
      RecordingConnection connection) {
    Line line = node.open(door(policy), Rig.ANN, connection);
    node.say(line, "{\"hello\":{\"instance\":\"" + instance + "\"}}");
    cluster.settle();
    return line;
  }

  private List<String> instances() {
    return cluster.book.seats.getOrDefault(SEAT, Seat.EMPTY).holders().stream()
        .map(Holder::instance)
        .toList();
  }

  /** Moves time on; the pages on these lines answer beats. */
  private void pass(int seconds, Line... alive) {
    for (int i = 0; i < seconds; i++) {
      cluster.pass(Duration.ofSeconds(1));
      for (Line line : alive) {
        line.received("{\"beat\":1}");
      }
      cluster.settle();
    }
  }

  @Test
  void theNewestTabWinsOnWhateverNodeItIs() {
    page(one, "a", first);
    page(two, "b", second);
    assertThat(first.closed).isEqualTo(CloseStatus.REPLACED);
    assertThat(second.closed).isNull();
    assertThat(instances()).containsExactly("b");
  }

  @Test
  void aLostOrderIsMadeUpForWithinTheRound() {
    Line old = page(one, "a", first);
    cluster.deaf = true;
    Line young = page(two, "b", second);
    assertThat(first.closed).isNull();
    pass(61, old, young);
    assertThat(first.closed).isEqualTo(CloseStatus.REPLACED);
    assertThat(second.closed).isNull();
  }

  @Test
  void aLostOrderIsMadeUpForAtOnceWhenMessagesMayHaveBeenMissed() {
    page(one, "a", first);
    cluster.deaf = true;
    page(two, "b", second);
    cluster.reconnect();
    cluster.settle();
    pass(1);
    assertThat(first.closed).isEqualTo(CloseStatus.REPLACED);
    assertThat(second.closed).isNull();
  }

  @Test
  void aLineThatTheBookHasLostIsPutBack() {
    Line line = page(one, "a", first);
    cluster.book.forget();
    cluster.settle();
    pass(1, line);
    assertThat(instances()).containsExactly("a");
    assertThat(first.closed).isNull();
  }

  @Test
  void theNewerOfTwoThatTheBookHasLostIsPutBack() {
    Line old = page(one, "a", first);
    cluster.deaf = true;
    Line young = page(two, "b", second);
    cluster.deaf = false;
    cluster.book.forget();
    cluster.settle();
    pass(1, old, young);
    assertThat(instances()).containsExactly("b");
    assertThat(first.closed).isEqualTo(CloseStatus.REPLACED);
    assertThat(second.closed).isNull();
  }

  @Test
  void anOrderThatIsOlderThanTheLineClosesNothing() {
    Line line = page(one, "a", first);
    long claim = line.ticket().holder().claim();
    two.bus.send("n0", "seat replaced " + line.id() + ' ' + claim);
    two.bus.send("n0", "seat replaced " + line.id() + ' ' + (claim - 1));
    cluster.settle();
    assertThat(first.closed).isNull();
    two.bus.send("n0", "seat replaced " + line.id() + ' ' + (claim + 1));
    cluster.settle();
    assertThat(first.closed).isEqualTo(CloseStatus.REPLACED);
  }

  @Test
  void whatIsNoMessageOfSeatsIsIgnored() {
    page(one, "a", first);
    for (String message : new String[] {
      "seat",
      "seat ",
      "seat what",
      "seat replaced",
      "seat replaced x y",
      "seat probe 1",
      "seat probed x yes",
      "seat probed 99 yes",
      "other replaced n0-1 99999999999999"
    }) {
      two.bus.send("n0", message);
    }
    cluster.settle();
    assertThat(first.closed).isNull();
  }

  @Test
  void aHolderElsewhereIsProbedBeforeANewcomerIsRefused() {
    Line old = page(one, SeatPolicy.OLDEST, "a", first);
    page(two, SeatPolicy.OLDEST, "b", second);
    assertThat(second.closed).isNull();
    assertThat(first.rest()).last().asString().contains("beat");
    one.say(old, "{\"beat\":1}");
    pass(3);
    assertThat(second.closed.code()).isEqualTo(4505);
    assertThat(first.closed).isNull();
  }

  @Test
  void aQuestionThatWasLostIsRepeated() {
    Line old = page(one, SeatPolicy.OLDEST, "a", first);
    cluster.deaf = true;
    page(two, SeatPolicy.OLDEST, "b", second);
    cluster.deaf = false;
    pass(5, old);
    assertThat(second.closed.code()).isEqualTo(4505);
    assertThat(first.closed).isNull();
  }

  @Test
  void aHolderElsewhereThatDoesNotAnswerLosesTheSeat() {
    page(one, SeatPolicy.OLDEST, "a", first);
    page(two, SeatPolicy.OLDEST, "b", second);
    pass(6);
    assertThat(first.closed).isEqualTo(CloseStatus.NO_ANSWER);
    assertThat(second.closed).isNull();
    assertThat(instances()).containsExactly("b");
  }

  @Test
  void theHolderOnADeadNodeIsAskedUntilItsLeaseHasRunOutAndNotAfterwards() {
    page(one, SeatPolicy.OLDEST, "a", first);
    one.kill();
    page(two, SeatPolicy.OLDEST, "b", second);
    assertThat(second.closed).isNull();
    assertThat(second.rest()).as("it is welcomed at once").first().asString().contains("welcome");
    assertThat(instances()).containsExactly("b");
  }

  @Test
  void aNodeThatStoodStillDeliversNothingToAnEvictedTab() {
    Line old = page(one, "a", first);
    cluster.publish(Rig.UPDATES, "1");
    assertThat(first.rest()).last().asString().contains("\"data\":1");
    cluster.pass(Duration.ofSeconds(1));
    one.freeze();
    cluster.deaf = true;
    page(two, "b", second);
    cluster.pass(Duration.ofSeconds(10));
    cluster.publish(Rig.UPDATES, "2");
    assertThat(second.rest()).last().asString().contains("\"data\":2");
    one.frozen = false; // and its threads go on in any order
    one.run();
    assertThat(first.rest()).as("its clock was not looked at yet").isEmpty();
    cluster.book.away = true;
    pass(3, old);
    cluster.publish(Rig.UPDATES, "3");
    assertThat(first.rest()).as("not known yet").noneMatch(text -> text.contains("data"));
    assertThat(first.closed).isNull();
    cluster.book.away = false;
    pass(3, old);
    assertThat(first.rest()).noneMatch(text -> text.contains("data"));
    assertThat(first.closed).isEqualTo(CloseStatus.REPLACED);
    assertThat(second.closed).isNull();
  }

  @Test
  void aLineThatKeptItsSeatWhileItsNodeStoodStillIsGivenWhatItMissed() {
    Line line = page(one, "a", first);
    one.freeze();
    cluster.pass(Duration.ofSeconds(10));
    cluster.publish(Rig.UPDATES, "1");
    first.rest();
    one.thaw();
    pass(2, line);
    assertThat(first.rest()).filteredOn(text -> text.contains("data")).hasSize(1);
    assertThat(first.closed).isNull();
  }

  @Test
  void aLineThatIsWithheldFromIsStillAnsweredAndClosed() {
    Line line = page(one, "a", first);
    one.freeze();
    cluster.pass(Duration.ofSeconds(10));
    cluster.book.away = true;
    one.thaw();
    pass(1, line);
    cluster.publish(Rig.UPDATES, "1");
    first.rest();
    one.say(line, "{\"probe\":7}");
    assertThat(first.rest()).containsExactly("{\"probed\":7}");
    one.engine.stop();
    one.run();
    assertThat(first.closed).isEqualTo(CloseStatus.STOPPING);
    assertThat(first.rest()).noneMatch(text -> text.contains("data"));
  }

  @Test
  void linesStayWhileTheBookIsAwayAndReadOn() {
    Line line = page(one, "a", first);
    cluster.book.away = true;
    cluster.reconnect();
    pass(70, line);
    cluster.publish(Rig.UPDATES, "1");
    assertThat(first.rest()).last().asString().contains("\"data\":1");
    assertThat(first.closed).isNull();
  }

  @Test
  void whoWasSeatedWhileItsNodeStoodStillIsLookedUpAgain() {
    cluster.pass(Duration.ofSeconds(1)); // so that the node notices that it stood still
    Line line = one.open(door(SeatPolicy.NEWEST), Rig.ANN, first);
    one.say(line, "{\"hello\":{\"instance\":\"a\"}}");
    while (instances().isEmpty()) {
      cluster.step();
    }
    one.freeze(); // before it knows
    cluster.deaf = true;
    Line young = page(two, "b", second);
    cluster.pass(Duration.ofSeconds(10));
    young.received("{\"beat\":1}");
    one.thaw();
    cluster.publish(Rig.UPDATES, "1");
    pass(2, line, young);
    assertThat(first.rest()).noneMatch(text -> text.contains("data"));
    assertThat(first.closed).isEqualTo(CloseStatus.REPLACED);
  }

  @Test
  void anOrderThatOvertakesTheAnswerToTheClaimIsObeyed() {
    Line line = one.open(door(SeatPolicy.NEWEST), Rig.ANN, first);
    one.say(line, "{\"hello\":{\"instance\":\"a\"}}");
    while (instances().isEmpty()) {
      cluster.step();
    }
    one.bus.hear("n1", "seat replaced " + line.id() + " " + Long.MAX_VALUE);
    cluster.settle();
    assertThat(first.closed).isEqualTo(CloseStatus.REPLACED);
    assertThat(first.rest()).noneMatch(text -> text.contains("welcome"));
    assertThat(instances()).as("and it has left the seat").isEmpty();
  }

  @Test
  void anAnswerFromBeforeThePauseProvesNothing() {
    Line line = page(one, "a", first);
    cluster.reconnect();
    int before = cluster.book.reads;
    while (cluster.book.reads == before) {
      if (!cluster.step()) {
        cluster.tick(Duration.ofMillis(1));
      }
    }
    one.freeze(); // the answer, that it sits, is on its way
    cluster.deaf = true;
    page(two, "b", second);
    cluster.pass(Duration.ofSeconds(10));
    one.frozen = false;
    cluster.tick(Duration.ofMillis(1));
    cluster.book.away = true;
    pass(1, line);
    cluster.publish(Rig.UPDATES, "1");
    assertThat(first.rest()).noneMatch(text -> text.contains("data"));
    cluster.book.away = false;
    pass(3, line);
    assertThat(first.rest()).noneMatch(text -> text.contains("data"));
    assertThat(first.closed).isEqualTo(CloseStatus.REPLACED);
  }

  @Test
  void whatIsCommittedAfterTheLeaseMayHaveRunOutWaitsForOneLook() {
    Line line = page(one, "a", first);
    cluster.deaf = true;
    page(two, "b", second);
    first.rest();
    one.bus.unleased = true;
    cluster.publish(Rig.UPDATES, "1");
    assertThat(first.rest()).noneMatch(text -> text.contains("data"));
    pass(1, line);
    assertThat(first.closed).isEqualTo(CloseStatus.REPLACED);
    assertThat(first.rest()).noneMatch(text -> text.contains("data"));
  }

  @Test
  void aNodeIsUnsureOfItsSeatsAfterADoubtAndNotDuringItsRounds() {
    Line line = page(one, "a", first);
    for (int i = 0; i < 61_000; i += 500) { // a look of the round is under way in one of these
      cluster.tick(Duration.ofMillis(500));
      assertThat(one.engine.isSureOfSeats()).isTrue();
      line.received("{\"beat\":1}");
    }
    cluster.settle();
    cluster.book.away = true;
    cluster.reconnect();
    pass(1, line);
    assertThat(one.engine.isSureOfSeats()).isFalse();
    cluster.book.away = false;
    pass(3, line);
    assertThat(one.engine.isSureOfSeats()).isTrue();
  }

  @Test
  void eachSeatIsLookedUpAboutOnceAMinute() {
    Line[] lines = new Line[120];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = one.open(door(SeatPolicy.NEWEST), new User("u" + i), new RecordingConnection());
      one.say(lines[i], "{\"hello\":{}}");
    }
    cluster.settle();
    int before = cluster.book.reads;
    pass(60, lines);
    assertThat(cluster.book.reads - before).isBetween(115, 125);
  }
}
