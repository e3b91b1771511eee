package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.Position;
import io.heartline.protocol.text.RawProtocol;
import io.heartline.testing.Arrivals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What lies between a cursor and the head is written, exactly once and in order. */
class DeliveryTest {
  private final Rig rig = new Rig();
  private final RecordingConnection connection = new RecordingConnection();

  @Test
  void aPublicationReachesWhoSubscribed() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    Position position = rig.publish("updates", "1");

    assertThat(connection.next())
        .isEqualTo("{\"subscribed\":\"updates\",\"position\":\"t.0:0:0\",\"recovered\":true}");
    assertThat(connection.next())
        .isEqualTo("{\"channel\":\"updates\",\"offset\":1,\"time\":1700000000000,\"position\":\""
            + position + "\",\"data\":1}");
    assertThat(connection.rest()).isEmpty();
  }

  @Test
  void aBurstIsOneFrameWhoseLastPushCarriesThePosition() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    connection.rest();
    connection.writes.clear();
    rig.publishOnly("updates", "1");
    rig.publishOnly("updates", "2");
    Position last = rig.publish("updates", "3");

    assertThat(connection.writes).hasSize(1);
    assertThat(connection.rest())
        .containsExactly(
            "{\"channel\":\"updates\",\"offset\":1,\"time\":1700000000000,\"data\":1}",
            "{\"channel\":\"updates\",\"offset\":2,\"time\":1700000000000,\"data\":2}",
            "{\"channel\":\"updates\",\"offset\":3,\"time\":1700000000000,\"position\":\"" + last
                + "\",\"data\":3}");
  }

  @Test
  void rawLinesGetOneFrameEach() {
    rig.open(Rig.raw(SeatPolicy.NONE), null, connection);
    rig.publishOnly("updates", "\"a\"");
    rig.publish("updates", "{\"b\":1}");

    assertThat(connection.writes).hasSize(1);
    assertThat(connection.writes.get(0).texts()).containsExactly("a", "{\"b\":1}");
  }

  @Test
  void resumeGivesEverythingAfterThePositionAndNothingTwice() {
    Position second = null;
    for (int i = 1; i <= 5; i++) {
      Position position = rig.publish("updates", String.valueOf(i));
      second = i == 2 ? position : second;
    }
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\",\"after\":\"" + second + "\"}");

    assertThat(connection.next().lines().findFirst())
        .hasValue(
            "{\"subscribed\":\"updates\",\"position\":\"" + second + "\",\"recovered\":true}");
    assertThat(offsets(connection)).isEmpty();
    rig.publish("updates", "6");
    assertThat(offsets(connection)).containsExactly(6L);
    assertThat(connection.writes.get(1).texts().get(0))
        .contains("\"offset\":3", "\"offset\":4", "\"offset\":5");
  }

  @Test
  void whatStuckLinesMissCostsNothingAndComesWhenTheyReadAgain() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    connection.rest();
    connection.sticks = true;
    rig.publish("updates", "1");
    for (int i = 2; i <= 100; i++) {
      rig.publish("updates", String.valueOf(i));
    }
    assertThat(offsets(connection)).containsExactly(1L);

    connection.unstick();
    rig.run();
    assertThat(offsets(connection)).hasSize(99).startsWith(2L).endsWith(100L).isSorted();
  }

  @Test
  void aStuckLineDoesNotDelayOthers() {
    RecordingConnection stuck = new RecordingConnection();
    Line slow = rig.page(stuck);
    rig.say(slow, "{\"subscribe\":\"updates\"}");
    Line fast = rig.page(connection);
    rig.say(fast, "{\"subscribe\":\"updates\"}");
    connection.rest();
    stuck.sticks = true;
    for (int i = 1; i <= 50; i++) {
      rig.publish("updates", String.valueOf(i));
    }
    assertThat(offsets(connection)).hasSize(50);
  }

  @Test
  void aCursorThatFellOffIsToldOfTheGapAndGoesOnFromTheHead() {
    Rig small = new Rig(10);
    Line line = small.page(connection);
    small.say(line, "{\"subscribe\":\"updates\"}");
    connection.rest();
    connection.sticks = true;
    small.publish("updates", "1");
    for (int i = 2; i <= 30; i++) {
      small.publishOnly("updates", String.valueOf(i));
    }
    connection.rest();
    connection.unstick();
    small.run();
    List<String> rest = connection.rest();
    assertThat(rest).hasSize(1);
    assertThat(rest.get(0))
        .startsWith("{\"gap\":\"updates\",\"position\":\"t.0:30:")
        .endsWith("\"reason\":\"trimmed\"}");
    small.publish("updates", "31");
    assertThat(offsets(connection)).containsExactly(31L);
  }

  @Test
  void aGapOnARawLineIsTheClose4002() {
    Rig small = new Rig(10);
    small.open(Rig.raw(SeatPolicy.NONE), null, connection);
    connection.sticks = true;
    small.publish("updates", "1");
    for (int i = 2; i <= 30; i++) {
      small.publishOnly("updates", String.valueOf(i));
    }
    connection.unstick();
    small.run();
    assertThat(connection.closed).isEqualTo(CloseStatus.gap(Rig.UPDATES, "trimmed"));
  }

  @Test
  void aGapOnARawLineThatIsEndingEndsItAtOnceWhateverElseItReads() {
    Rig small = new Rig(10);
    Door two = new Door(
        "raw",
        RawProtocol.quiet(),
        SeatPolicy.NONE,
        Duration.ofSeconds(25),
        null,
        user -> List.of(Rig.UPDATES, new ChannelName("orders")));
    Line line = small.open(two, null, connection);
    connection.sticks = true;
    small.publish("updates", "1");
    for (int i = 2; i <= 30; i++) {
      small.publishOnly("updates", String.valueOf(i));
      small.publishOnly("orders", String.valueOf(i));
    }
    small.run();
    line.close(CloseStatus.STOPPING, 0, true);
    connection.unstick();
    small.run();
    assertThat(connection.closed).isEqualTo(CloseStatus.STOPPING);
  }

  @Test
  void noPushFollowsAnUnsubscribe() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    connection.rest();
    rig.publishOnly("updates", "1"); // on its way when the page changes its mind
    rig.say(line, "{\"unsubscribe\":\"updates\"}");
    rig.publish("updates", "2");
    List<String> rest = connection.rest();
    assertThat(rest.get(rest.size() - 1)).isEqualTo("{\"unsubscribed\":\"updates\"}");
    assertThat(rig.engine.channels()).isZero();
  }

  @Test
  void subscribingAgainAfterwardsStartsAnew() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    rig.say(line, "{\"unsubscribe\":\"updates\"}");
    rig.publish("updates", "1");
    connection.rest();
    rig.say(line, "{\"subscribe\":\"updates\"}");
    rig.publish("updates", "2");
    assertThat(offsets(connection)).containsExactly(2L);
  }

  @Test
  void channelsTakeTurnsWhenALineHasMuchToCatchUp() {
    String big = '"' + "x".repeat(40_000) + '"';
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"public:a\"}");
    rig.say(line, "{\"subscribe\":\"public:b\"}");
    connection.rest();
    connection.sticks = true;
    rig.publish("public:a", "0");
    for (int i = 0; i < 4; i++) {
      rig.publishOnly("public:a", big);
    }
    rig.publishOnly("public:b", big);
    connection.writes.clear();
    connection.unstick();
    rig.run();
    assertThat(connection.writes.get(0).texts().get(0)).contains("public:a");
    assertThat(connection.writes.get(1).texts().get(0)).contains("public:b");
    assertThat(connection.writes.get(2).texts().get(0)).contains("public:a");
    for (Outgoing write : connection.writes) {
      assertThat(write.texts().get(0).length()).isLessThan(64 * 1024 + 200);
    }
  }

  @Test
  void linesAtTheSamePlaceShareTheText() {
    RecordingConnection other = new RecordingConnection();
    Line a = rig.page(connection);
    Line b = rig.page(other);
    rig.say(a, "{\"subscribe\":\"updates\"}");
    rig.say(b, "{\"subscribe\":\"updates\"}");
    connection.rest();
    other.rest();
    rig.publish("updates", "\"once\"");
    assertThat(connection.next()).isSameAs(other.next());
  }

  @Test
  void linesShareTheTextOfSeveralPublications() {
    RecordingConnection other = new RecordingConnection();
    for (RecordingConnection each : List.of(connection, other)) {
      rig.say(rig.page(each), "{\"subscribe\":\"updates\"}");
      each.writes.clear();
    }
    rig.publishOnly("updates", "1");
    rig.publishOnly("updates", "2");
    rig.run();
    assertThat(connection.writes).singleElement();
    assertThat(connection.writes.get(0).publications()).isEqualTo(2);
    String text = other.writes.get(0).texts().get(0);
    assertThat(text).contains("\n");
    assertThat(connection.writes.get(0).texts()).singleElement().isSameAs(text);
  }

  @Test
  void whatALineHasBesidesItsChannelIsNotSharedWithOthers() {
    RecordingConnection other = new RecordingConnection();
    Line asks = rig.page(connection);
    rig.say(asks, "{\"subscribe\":\"updates\"}");
    rig.say(rig.page(other), "{\"subscribe\":\"updates\"}");
    connection.rest();
    other.rest();
    rig.publishOnly("updates", "1");
    asks.received("{\"probe\":7}");
    rig.run();
    assertThat(connection.rest()).hasSize(2).contains("{\"probed\":7}");
    assertThat(other.rest()).singleElement().asString().contains("\"data\":1");
  }

  /**
   * The seam between the log and live publications, and all that can happen around it, in a random
   * order.
   */
  @RepeatedTest(200)
  void whateverTheOrderEveryPublicationComesOnceAndInOrder(
      org.junit.jupiter.api.RepetitionInfo info) {
    long seed = 20260101L + info.getCurrentRepetition();
    Random random = new Random(seed);
    Rig rig = new Rig();
    connection.quick = random.nextBoolean();
    Line line = rig.page(connection);
    List<Long> seen = new ArrayList<>();
    long published = 0;
    String resumeFrom = rig.publish("updates", "0").toString(); // offset 1
    published++;
    boolean subscribed = false;
    for (int step = 0; step < 60; step++) {
      connection.refuses = random.nextBoolean();
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          rig.publishOnly("updates", String.valueOf(step));
          published++;
        }
        case 2 -> rig.engine.pool().turn(random.nextBoolean());
        case 3 -> {
          if (connection.stuck != null) {
            connection.unstick();
          } else {
            connection.sticks = true;
          }
        }
        default -> {
          if (subscribed) {
            line.received("{\"unsubscribe\":\"updates\"}");
            settle(rig, connection);
            seen.addAll(offsets(connection));
            resumeFrom = "t.0:" + (seen.isEmpty() ? 1 : seen.get(seen.size() - 1));
            resumeFrom = lastPosition(connection, resumeFrom);
          } else {
            line.received("{\"subscribe\":\"updates\",\"after\":\"" + resumeFrom + "\"}");
          }
          subscribed = !subscribed;
        }
      }
    }
    if (!subscribed) {
      line.received("{\"subscribe\":\"updates\",\"after\":\"" + resumeFrom + "\"}");
    }
    settle(rig, connection);
    seen.addAll(offsets(connection));
    List<Long> all = new ArrayList<>();
    for (long offset = 2; offset <= published; offset++) {
      all.add(offset);
    }
    assertThat(seen).as("seed %d", seed).isEqualTo(all);
  }

  private static void settle(Rig rig, RecordingConnection connection) {
    rig.run();
    while (connection.stuck != null) {
      connection.unstick();
      rig.run();
    }
    connection.sticks = false;
  }

  /** The newest position that the line was given. */
  private static String lastPosition(RecordingConnection connection, String otherwise) {
    String last = otherwise;
    for (Outgoing write : connection.writes) {
      for (String object : write.texts().stream().flatMap(String::lines).toList()) {
        int at = object.indexOf("\"position\":\"");
        if (at >= 0) {
          last = object.substring(at + 12, object.indexOf('"', at + 12));
        }
      }
    }
    return last;
  }

  private static List<Long> offsets(RecordingConnection connection) {
    return connection.rest().stream()
        .filter(object -> object.startsWith("{\"channel\""))
        .map(object -> Long.valueOf(object.replaceAll(".*?\"offset\":(\\d+).*", "$1")))
        .toList();
  }

  /** A page's first publication meets a full socket. */
  private Line stickAtThePublication(String data) {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    connection.sticks = true;
    rig.publish("updates", data);
    return line;
  }

  @Test
  void aLineWithoutProgressIsGivenUpAfterTenSeconds() {
    stickAtThePublication("1");
    rig.assertClosedAfter(10, connection, CloseStatus.NO_PROGRESS);
    assertThat(rig.engine.lines()).isZero();
  }

  @Test
  void aLongWriteHasTheTimeOfItsParts() {
    String data = '"' + "x".repeat(4 * Writer.SLOW_WRITE_CHARS) + '"'; // and some words around it
    Line line = stickAtThePublication(data);
    rig.pass(Duration.ofSeconds(25));
    line.received("{\"probe\":7}"); // it lives
    rig.assertClosedAfter(25, connection, CloseStatus.NO_PROGRESS);
  }

  @Test
  void nothingIsWrittenBehindTheCloseOfALineThatIsCut() {
    stickAtThePublication("1");
    rig.publish("updates", "2");
    connection.rest();
    connection.whenCut = () -> {
      connection.unstick(); // at last
      rig.run();
    };
    rig.pass(Duration.ofSeconds(11));
    assertThat(connection.closed).isEqualTo(CloseStatus.NO_PROGRESS);
    assertThat(connection.rest()).isEmpty();
  }

  @Test
  void aSlowLineGoesOnByWritesThatHoldNoThread() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    connection.modes.clear();
    connection.sticks = true;
    rig.publish("updates", "1");
    rig.time.advance(Duration.ofMillis(50));
    connection.unstick();
    rig.run();
    rig.publish("updates", "2"); // does not block: the line was slow
    rig.publish("updates", "3"); // it was quick again
    assertThat(connection.modes)
        .containsExactly(
            Connection.Mode.MAY_BLOCK, Connection.Mode.MUST_NOT_BLOCK, Connection.Mode.MAY_BLOCK);
  }

  @Test
  void whatIsPublishedWhileALineIsLetInIsHeard() {
    var arrival =
        Arrivals.withHeads(rig.engine.heads(Rig.raw(SeatPolicy.NONE), Identity.ANONYMOUS));
    rig.publish("updates", "1"); // the client has seen the 101, and the endpoint is not yet open
    rig.engine.open(Rig.raw(SeatPolicy.NONE), connection, arrival);
    rig.run();
    assertThat(connection.rest()).containsExactly("1");
  }
}
