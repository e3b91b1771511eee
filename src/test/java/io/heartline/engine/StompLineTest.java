package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import io.heartline.protocol.stomp.StompProtocol;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lines whose clients speak STOMP, by the same engine as all others. */
class StompLineTest {
  private static final Door DOOR = new Door(
      "stomp",
      new StompProtocol(Map.of("/app/chat", new ChannelName("public")), 64 * 1024),
      SeatPolicy.NONE,
      Duration.ofSeconds(25),
      null,
      user -> List.of());

  private final Rig rig = new Rig();
  private final RecordingConnection connection = new RecordingConnection();

  private Line open(User user) {
    return rig.open(DOOR, user, connection);
  }

  private void say(Line line, String frames) {
    rig.say(line, frames.replace('^', '\0'));
  }

  private String next() {
    return connection.next().replace('\0', '^');
  }

  /** Returns the frames written since the last time. */
  private static List<String> frames(RecordingConnection connection) {
    List<String> frames =
        connection.writes.stream().flatMap(write -> write.texts().stream()).toList();
    connection.writes.clear();
    connection.rest();
    return frames;
  }

  /** Connects; what the server answers is off the record. */
  private Line connected(User user, String headers) {
    Line line = open(user);
    say(line, "CONNECT\naccept-version:1.2\n" + headers + "\n^");
    assertThat(frames(connection))
        .singleElement()
        .asString()
        .startsWith("CONNECTED\nversion:1.2\n");
    return line;
  }

  @Test
  void aTopicBringsWhatIsPublishedInItsChannel() {
    Line line = connected(null, "");
    say(line, "SUBSCRIBE\nid:s1\ndestination:/topic/updates\nreceipt:r\n\n^");
    assertThat(next()).isEqualTo("RECEIPT\nreceipt-id:r\n\n^");
    rig.publish("updates", "{\"a\":1}");
    assertThat(next())
        .startsWith("MESSAGE\nsubscription:s1\n")
        .contains("destination:/topic/updates\n")
        .endsWith("\n\n{\"a\":1}^");
    say(line, "UNSUBSCRIBE\nid:s1\n\n^");
    rig.publish("updates", "2");
    assertThat(connection.rest()).isEmpty();
  }

  @Test
  void oneChannelMayBeReadByTwoSubscriptions() {
    Line line = connected(null, "");
    say(
        line,
        "SUBSCRIBE\nid:a\ndestination:/topic/updates\n\n^"
            + "SUBSCRIBE\nid:b\ndestination:/topic/updates\n\n^");
    rig.publish("updates", "1");
    assertThat(frames(connection))
        .hasSize(2)
        .anyMatch(frame -> frame.contains("subscription:a\n"))
        .anyMatch(frame -> frame.contains("subscription:b\n"));
  }

  @Test
  void aClientResumesFromThePositionOfItsLastMessage() {
    Line line = connected(null, "");
    say(line, "SUBSCRIBE\nid:1\ndestination:/topic/updates\n\n^");
    rig.publish("updates", "1");
    String position = next()
        .lines()
        .filter(header -> header.startsWith("position:"))
        .findFirst()
        .orElseThrow()
        .substring("position:".length());
    line.closed(1006);
    rig.publish("updates", "2");
    RecordingConnection later = new RecordingConnection();
    Line back = rig.open(DOOR, null, later);
    say(
        back,
        "CONNECT\naccept-version:1.2\n\n^SUBSCRIBE\nid:1\ndestination:/topic/updates\nafter:"
            + position + "\n\n^");
    assertThat(frames(later)).hasSize(2).last().asString().endsWith("\n\n2\0");
  }

  @Test
  void theUsersOwnQueueBringsWhatIsPublishedToThem() {
    Line line = connected(Rig.ANN, "");
    say(line, "SUBSCRIBE\nid:1\ndestination:/user/queue/news\n\n^");
    rig.publish(Rig.ANN.channel().text(), "\"hi\"");
    assertThat(next()).contains("destination:/user/queue/news\n").endsWith("\n\nhi^");
    say(line, "UNSUBSCRIBE\nid:1\nreceipt:u\n\n^");
    assertThat(next()).isEqualTo("RECEIPT\nreceipt-id:u\n\n^");
  }

  @Test
  void nobodyHasAQueueOfTheirOwn() {
    Line line = connected(null, "");
    say(line, "SUBSCRIBE\nid:1\ndestination:/user/queue/news\nreceipt:x\n\n^");
    assertThat(next()).startsWith("ERROR\nmessage:only a known user");
    assertThat(connection.closed).isEqualTo(CloseStatus.FORBIDDEN);
    assertThat(frames(connection)).as("no receipt for what failed").hasSize(1);
  }

  @Test
  void whatMayNotBeReadIsAnErrorAndTheEnd() {
    Line line = connected(null, "");
    say(line, "SUBSCRIBE\nid:1\ndestination:/topic/secret\n\n^SEND\ndestination:/app/chat\n\n1^");
    assertThat(next()).startsWith("ERROR\nmessage:you may not read this channel\ncode:forbidden\n");
    assertThat(connection.closed).isEqualTo(CloseStatus.FORBIDDEN);
    assertThat(connection.rest()).isEmpty();
  }

  @Test
  void anErrorOfWhateverKindNamesTheReceiptThatWasWanted() {
    for (String frame : List.of(
        "SUBSCRIBE\nid:1\ndestination:/topic/secret\nreceipt:r9\n\n^",
        "SUBSCRIBE\nid:1\ndestination:/user/queue/x\nreceipt:r9\n\n^",
        "SEND\ndestination:/nowhere\nreceipt:r9\n\n^",
        "BEGIN\ntransaction:t\n\n^SEND\ntransaction:t\ndestination:/nowhere\n\n^"
            + "COMMIT\ntransaction:t\nreceipt:r9\n\n^",
        "ACK\nreceipt:r9\n\n^")) {
      Line line = connected(null, "");
      say(line, frame + "SEND\ndestination:/app/chat\nreceipt:later\n\n1^");
      assertThat(frames(connection))
          .as(frame)
          .singleElement()
          .asString()
          .startsWith("ERROR\n")
          .contains("\nreceipt-id:r9\n");
      connection.closed = null;
    }
  }

  @Test
  void anErrorNamesNoReceiptOfAnotherFrame() {
    Line line = connected(null, "");
    say(
        line,
        "SEND\ndestination:/app/chat\nreceipt:r1\n\n1^"
            + "SUBSCRIBE\nid:1\ndestination:/topic/secret\n\n^");
    List<String> frames = frames(connection);
    assertThat(frames).hasSize(2).first().asString().startsWith("RECEIPT\nreceipt-id:r1\n");
    assertThat(frames.get(1)).startsWith("ERROR\n").doesNotContain("receipt-id");
  }

  @Test
  void whatIsNoStompIsAnErrorWithoutAWelcome() {
    Line line = open(null);
    say(line, "SUBSCRIBE\nid:1\ndestination:/topic/updates\nreceipt:r\n\n^");
    assertThat(next())
        .startsWith("ERROR\nmessage:the first frame must be CONNECT or STOMP\n")
        .contains("receipt-id:r\n");
    assertThat(connection.closed.code()).isEqualTo(4507);
  }

  @Test
  void whatIsSentWhereItMayIsHeardByAll() {
    Line line = connected(null, "");
    say(
        line,
        "SUBSCRIBE\nid:1\ndestination:/topic/public\n\n^"
            + "SEND\ndestination:/app/chat\nreceipt:7\n\n{\"sender\":\"a\"}^");
    assertThat(frames(connection))
        .anyMatch(frame -> frame.endsWith("\n\n{\"sender\":\"a\"}\0"))
        .anyMatch(frame -> frame.startsWith("RECEIPT\nreceipt-id:7\n"));
  }

  /** Old pages probe their line by sending something every five seconds. */
  @Test
  void whatIsSentElsewhereIsDroppedHoweverOftenAndCounted() {
    Line line = connected(null, "");
    for (int i = 0; i < 200; i++) {
      say(line, "SEND\ndestination:test\n\n^");
    }
    assertThat(connection.rest()).isEmpty();
    assertThat(connection.closed).isNull();
    assertThat(rig.engine.statistics().refused()).isEqualTo(200);
  }

  @Test
  void goodByeIsAnsweredAndTheLineCloses() {
    Line line = connected(null, "");
    say(line, "DISCONNECT\nreceipt:77\n\n^");
    assertThat(next()).isEqualTo("RECEIPT\nreceipt-id:77\n\n^");
    assertThat(connection.closed).isEqualTo(CloseStatus.NORMAL);
  }

  @Test
  void beatsComeAsOftenAsWasAgreed() {
    Line line = connected(null, "heart-beat:0,4000\n");
    int beats = 0;
    for (int i = 0; i < 20; i++) {
      rig.pass(Duration.ofSeconds(1));
      line.ponged();
      beats += (int) frames(connection).stream().filter("\n"::equals).count();
    }
    assertThat(beats).isBetween(4, 7);
    assertThat(connection.closed).isNull();
  }

  @Test
  void aClientThatKeepsItsPromiseOfBeatsStays() {
    Line line = connected(null, "heart-beat:1000,0\n");
    for (int i = 0; i < 60; i++) {
      rig.pass(Duration.ofSeconds(1));
      rig.say(line, "\n");
    }
    assertThat(connection.closed).isNull();
  }

  @Test
  void aClientThatPromisedBeatsAndSendsNoneIsGivenUpWhateverItsSocketAnswers() {
    Line line = connected(null, "heart-beat:1000,0\n");
    for (int i = 0; i < 4; i++) {
      rig.pass(Duration.ofSeconds(1));
      line.ponged();
    }
    assertThat(connection.closed).isEqualTo(CloseStatus.NO_ANSWER);
  }

  @Test
  void aClientThatPromisedNothingLivesByItsPongs() {
    Line line = connected(null, "");
    for (int i = 0; i < 100; i++) {
      rig.pass(Duration.ofSeconds(1));
      line.ponged();
    }
    assertThat(connection.closed).isNull();
    rig.pass(Duration.ofSeconds(40));
    assertThat(connection.closed).isEqualTo(CloseStatus.NO_ANSWER);
  }

  @Test
  void whoDoesNotConnectInTimeIsClosedThoughItBeats() {
    Line line = open(null);
    for (int i = 0; i < 10; i++) {
      rig.say(line, "\n");
      rig.pass(Duration.ofSeconds(1));
    }
    assertThat(connection.closed).isEqualTo(CloseStatus.NO_FIRST_FRAME);
  }

  @Test
  void aFrameThatDoesNotEndInTimeIsTheEnd() {
    Line line = connected(null, "");
    for (int i = 0; i < 11; i++) {
      rig.say(line, i == 0 ? "SEND\n\n" : "x");
      rig.pass(Duration.ofSeconds(1));
    }
    assertThat(connection.closed).isEqualTo(CloseStatus.UNFINISHED);
  }

  @Test
  void whoIsSentAwayIsTold() {
    Line line = connected(Rig.ANN, "");
    line.close(CloseStatus.KICKED);
    rig.run();
    assertThat(next()).startsWith("ERROR\nmessage:disconnected by an operator\ncode:4501\n");
    assertThat(connection.closed).isEqualTo(CloseStatus.KICKED);
  }

  @Test
  void aLineOfStompIsNotRotated() {
    Line line = connected(null, "heart-beat:1000,0\n");
    for (int i = 0; i < 13; i++) {
      rig.time.advance(Duration.ofHours(1));
      rig.say(line, "\n");
      rig.settle();
    }
    assertThat(connection.closed).isNull();
  }
}
