package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.CloseStatus;
import io.heartline.model.Rate;
import io.heartline.model.User;
import io.heartline.protocol.stomp.StompProtocol;
import io.heartline.testing.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever sends more than allowed is told to come back later, and resumes. */
class PaceTest {
  private static final Limits.Flow FLOW =
      new Limits.Flow(0, Rate.UNLIMITED, new Rate(10, 40), new Rate(1_000, 4_000), 3);

  private final Rig rig = new Rig(FLOW);
  private final RecordingConnection connection = new RecordingConnection();

  @Test
  void asManyAsAllowedAreAnswered() {
    Line line = rig.page(connection);
    for (int second = 0; second < 10; second++) {
      for (int i = 0; i < (second == 0 ? 39 : 10); i++) { // the hello was the first
        rig.say(line, "{\"probe\":" + i + "}");
        assertThat(connection.next()).isEqualTo("{\"probed\":" + i + "}");
      }
      rig.pass(Duration.ofSeconds(1));
    }
    assertThat(connection.closed).isNull();
  }

  @Test
  void oneMoreClosesTheLineAndThePageResumes() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    String position = Json.field(connection.next(), "position");
    for (int i = 0; i < 39; i++) {
      rig.say(line, "{\"probe\":1}");
    }
    assertThat(connection.closed).isEqualTo(CloseStatus.TOO_FAST);
    List<String> said = connection.rest();
    assertThat(said).hasSize(39);
    assertThat(said.get(38))
        .isEqualTo("{\"bye\":{\"code\":4008,\"reason\":\"too many messages in a short time\","
            + "\"reconnect\":true,\"delay\":1000}}");
    rig.publish("updates", "1");
    assertThat(rig.engine.statistics().causes()).containsEntry("too-fast", 1L);

    RecordingConnection next = new RecordingConnection();
    rig.say(rig.page(next), "{\"subscribe\":\"updates\",\"after\":\"" + position + "\"}");
    assertThat(next.next()).contains("\"recovered\":true").contains("\"data\":1");
  }

  @Test
  void commandsInOneMessageCountEach() {
    Line line = rig.page(connection);
    rig.say(line, "{\"probe\":1}\n".repeat(40));
    assertThat(connection.closed).isEqualTo(CloseStatus.TOO_FAST);
    assertThat(connection.rest()).singleElement().asString().contains("\"bye\"");
  }

  @Test
  void bytesCountToo() {
    Line line = rig.page(connection);
    String text = "{\"probe\":1,\"filling\":\"" + "心".repeat(500) + "\"}";
    rig.say(line, text);
    rig.say(line, text);
    assertThat(connection.closed).isNull();
    rig.say(line, text);
    assertThat(connection.closed).isEqualTo(CloseStatus.TOO_FAST);
  }

  @Test
  void oneMessageMayBeLargerThanWhatIsAllowedAtOnce() {
    Line line = rig.page(connection);
    rig.pass(Duration.ofSeconds(1));
    rig.say(line, "{\"probe\":1,\"filling\":\"" + "x".repeat(20_000) + "\"}");
    assertThat(connection.next()).isEqualTo("{\"probed\":1}");
    rig.say(line, "{\"probe\":1}");
    assertThat(connection.closed).isEqualTo(CloseStatus.TOO_FAST);
  }

  @Test
  void whatIsNoCommandCountsLikeOne() {
    Line line = rig.open(Rig.raw(SeatPolicy.NONE), null, connection);
    for (int i = 0; i < 40; i++) {
      rig.say(line, "anything");
    }
    assertThat(connection.closed).isNull();
    rig.say(line, "anything");
    assertThat(connection.closed).isEqualTo(CloseStatus.TOO_FAST);
  }

  /** Whoever is sent a thousand messages has a thousand to acknowledge. */
  @Test
  void acknowledgementsCostTheirBytesOnly() {
    Rig roomy = new Rig(
        new Limits.Flow(0, Rate.UNLIMITED, new Rate(10, 40), new Rate(100_000, 100_000), 3));
    Door stomp = new Door(
        "stomp",
        new StompProtocol(List.of(), 64 * 1024),
        SeatPolicy.NONE,
        Duration.ofSeconds(25),
        null,
        user -> List.of());
    Line line = roomy.open(stomp, null, connection);
    roomy.say(line, "CONNECT\naccept-version:1.2\n\n\0");
    roomy.say(line, "SUBSCRIBE\nid:s\ndestination:/topic/updates\nack:client-individual\n\n\0");
    connection.rest();
    List<String> acks = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      roomy.publish("updates", "1");
      String frame = String.join("\n", connection.rest());
      acks.add(
          frame.lines().filter(header -> header.startsWith("ack:")).findFirst().orElseThrow());
    }
    for (String ack : acks) {
      roomy.say(line, "ACK\nid:" + ack.substring("ack:".length()) + "\n\n\0");
    }
    assertThat(connection.closed).isNull();
    for (int i = 0; i < 5_000 && connection.closed == null; i++) {
      roomy.say(line, "ACK\nid:" + acks.get(0).substring("ack:".length()) + "\n\n\0");
    }
    assertThat(connection.closed).isEqualTo(CloseStatus.TOO_FAST);
  }

  @Test
  void aUserHasSoManyLinesAndTheirNumberIsGivenBack() {
    User ann = new User("ann");
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      lines.add(rig.open(Rig.raw(SeatPolicy.NONE), ann, new RecordingConnection()));
    }
    rig.open(Rig.raw(SeatPolicy.NONE), ann, connection);
    assertThat(connection.closed).isEqualTo(CloseStatus.TOO_MANY_LINES);
    assertThat(rig.engine.statistics().causes()).containsEntry("too-many-lines", 1L);

    RecordingConnection bobs = new RecordingConnection();
    rig.open(Rig.raw(SeatPolicy.NONE), new User("bob"), bobs);
    assertThat(bobs.closed).isNull();

    lines.get(0).closed(CloseStatus.LOST);
    RecordingConnection again = new RecordingConnection();
    rig.open(Rig.raw(SeatPolicy.NONE), ann, again);
    assertThat(again.closed).isNull();
  }

  @Test
  void aPageWithTooManyLinesIsToldWhenToComeBack() {
    for (int i = 0; i < 3; i++) {
      rig.open(Rig.raw(SeatPolicy.NONE), Rig.ANN, new RecordingConnection());
    }
    Line line = rig.open(Rig.pages(SeatPolicy.NEWEST), Rig.ANN, connection);
    rig.say(line, "{\"hello\":{}}");
    assertThat(connection.next())
        .isEqualTo("{\"bye\":{\"code\":4008,\"reason\":\"this user has too many lines\","
            + "\"reconnect\":true,\"delay\":10000}}");
    assertThat(rig.engine.seatsTaken()).isZero();
  }

  @Test
  void tenThousandLinesThatComeAndGoLeaveNothingBehind() {
    for (int i = 0; i < 10_000; i++) {
      RecordingConnection each = new RecordingConnection();
      Line line = rig.open(Rig.raw(SeatPolicy.NONE), i % 2 == 0 ? Rig.ANN : null, each);
      assertThat(each.closed).isNull();
      switch (i % 3) {
        case 0 -> line.close(CloseStatus.NORMAL);
        case 1 -> line.closed(CloseStatus.LOST);
        default -> {
          line.close(CloseStatus.STOPPING, 0, true);
          line.closed(1001);
        }
      }
      rig.run();
    }
    assertThat(rig.engine.lines()).isZero();
    assertThat(rig.engine.users()).isZero();
    assertThat(rig.engine.channels()).isZero();
  }
}
