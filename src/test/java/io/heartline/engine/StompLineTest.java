package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.ChannelName;
import io.heartline.model.CloseCause;
import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import io.heartline.protocol.stomp.SendRule;
import io.heartline.protocol.stomp.StompProtocol;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Lines whose clients speak STOMP, by the same engine as all others. */
class StompLineTest {
  private static final List<SendRule> RULES = List.of(
      SendRule.parse("/app/chat=public"),
      SendRule.parse("/app/*=http://app.internal/stomp"),
      SendRule.parse("/topic/*=*"));

  private static final Door DOOR = new Door(
      "stomp",
      new StompProtocol(RULES, 64 * 1024),
      SeatPolicy.NONE,
      Duration.ofSeconds(25),
      null,
      user -> List.of());

  private final Rig rig = new Rig();

  /** What the application was asked, and its answers, which a test completes. */
  private final List<Callback.Sent> asked = new ArrayList<>();

  private final List<CompletableFuture<Callback.Answer>> answers = new ArrayList<>();
  private final RecordingConnection connection = new RecordingConnection();

  @BeforeEach
  void anApplication() {
    rig.engine.callback(sent -> {
      asked.add(sent);
      answers.add(new CompletableFuture<>());
      return answers.get(answers.size() - 1);
    });
  }

  private void answer(Callback.Answer answer) {
    answers.get(answers.size() - 1).complete(answer);
    rig.run();
  }

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
    assertThat(connection.closed.code()).isEqualTo(4508);
    assertThat(frames(connection)).as("no receipt for what failed").hasSize(1);
  }

  @Test
  void whatMayNotBeReadIsAnErrorAndTheEnd() {
    Line line = connected(null, "");
    say(line, "SUBSCRIBE\nid:1\ndestination:/topic/secret\n\n^SEND\ndestination:/app/chat\n\n1^");
    assertThat(next()).startsWith("ERROR\nmessage:you may not read this channel\ncode:forbidden\n");
    assertThat(connection.closed)
        .isEqualTo(new CloseStatus(4508, CloseCause.FORBIDDEN, "you may not read this channel"));
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
        .startsWith("ERROR\nmessage:the first frame must be CONNECT or STOMP: SUBSCRIBE\n")
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

  @Test
  void whatIsSentToATopicIsPublishedIfItMayBeRead() {
    Line line = connected(null, "");
    say(
        line,
        "SUBSCRIBE\nid:1\ndestination:/topic/public\n\n^SEND\ndestination:/topic/public\n\n1^"
            + "SEND\ndestination:/topic/secret\n\n1^");
    assertThat(frames(connection)).singleElement().asString().endsWith("\n\n1\0");
    assertThat(rig.engine.statistics().published()).isEqualTo(1);
    assertThat(rig.engine.statistics().refused()).isEqualTo(1);
    say(line, "SEND\ndestination:/topic/secret\nreceipt:r\n\n1^");
    assertThat(next()).startsWith("ERROR\n").contains("code:forbidden\n");
  }

  @Test
  void whatTheApplicationAnswersIsPublishedBeforeTheReceipt() {
    Line line = connected(Rig.ANN, "");
    say(
        line,
        "SUBSCRIBE\nid:1\ndestination:/topic/public\n\n^"
            + "SEND\ndestination:/app/add\nroom:a\nreceipt:r\n\n{\"x\":1}^"
            + "SEND\ndestination:/app/chat\n\n2^");
    assertThat(asked)
        .containsExactly(new Callback.Sent(
            URI.create("http://app.internal/stomp"),
            "/app/add",
            line.id(),
            Rig.ANN,
            Map.of("room", "a"),
            "{\"x\":1}"));
    assertThat(connection.rest()).as("the next command waits too").isEmpty();
    answer(new Callback.Answer.Taken(List.of(new Draft(new ChannelName("public"), "1"))));
    List<String> frames = frames(connection);
    assertThat(frames).hasSize(3).anyMatch(frame -> frame.startsWith("RECEIPT\nreceipt-id:r\n"));
    assertThat(frames.stream().filter(frame -> frame.startsWith("MESSAGE")))
        .satisfiesExactly(
            first -> assertThat(first).endsWith("\n\n1\0"),
            second -> assertThat(second).endsWith("\n\n2\0"));
  }

  @Test
  void whatTheApplicationAnswersIsPublishedThoughTheLineIsGone() {
    Line line = connected(null, "");
    say(line, "SEND\ndestination:/app/leave\n\n1^");
    line.closed(1006);
    answer(new Callback.Answer.Taken(List.of(new Draft(new ChannelName("public"), "1"))));
    assertThat(rig.engine.statistics().published()).isEqualTo(1);
  }

  @Test
  void whatTheApplicationDoesNotTakeIsToldToWhoWantsAReceipt() {
    Line line = connected(null, "");
    say(line, "SEND\ndestination:/app/a\n\n1^");
    answer(new Callback.Answer.Refused("status 403"));
    say(line, "SEND\ndestination:/app/a\n\n1^");
    answer(new Callback.Answer.Unavailable("status 500"));
    say(line, "SEND\ndestination:/app/a\n\n1^");
    answers.get(2).completeExceptionally(new IllegalStateException("a fault of ours"));
    rig.run();
    assertThat(connection.rest()).isEmpty();
    assertThat(connection.closed).isNull();
    assertThat(rig.engine.statistics().refused()).isEqualTo(3);
    say(line, "SEND\ndestination:/app/a\nreceipt:r\n\n1^");
    answer(new Callback.Answer.Unavailable("status 500"));
    assertThat(next())
        .startsWith("ERROR\nmessage:it cannot be taken now\\c status 500\ncode:unavailable\n")
        .contains("receipt-id:r\n");
    assertThat(connection.closed)
        .isEqualTo(new CloseStatus(4008, CloseCause.NO_ROOM, "it cannot be taken now: status 500"));
  }

  /** Returns the bodies of messages, and the values of one of their headers. */
  private static List<String> bodies(List<String> frames) {
    return frames.stream()
        .filter(frame -> frame.startsWith("MESSAGE\n"))
        .map(frame -> frame.substring(frame.indexOf("\n\n") + 2, frame.length() - 1))
        .toList();
  }

  private static List<String> acks(List<String> frames) {
    return frames.stream()
        .flatMap(String::lines)
        .filter(header -> header.startsWith("ack:"))
        .map(header -> header.substring("ack:".length()))
        .toList();
  }

  private static final String READ = "SUBSCRIBE\nid:s\ndestination:/topic/updates\nack:client\n\n^";
  private static final String READ_ONE_BY_ONE = READ.replace("ack:client", "ack:client-individual");

  /** Returns the ids to acknowledge of 1, 2, 3 and 4, which are published now. */
  private List<String> four() {
    for (int i = 1; i <= 4; i++) {
      rig.publish("updates", String.valueOf(i));
    }
    return acks(frames(connection));
  }

  /** The line breaks and its client comes back. Returns the bodies it is sent again. */
  private List<String> again(Line line, String connect, String subscribe) {
    line.closed(1006);
    say(connected(Rig.ANN, connect), subscribe);
    return bodies(frames(connection));
  }

  @Test
  void anAckIsForAllBeforeItAndWhatIsNotAcknowledgedComesAgain() {
    Line line = connected(Rig.ANN, "");
    say(line, READ);
    List<String> ids = four();
    say(line, "ACK\nid:" + ids.get(1) + "\n\n^NACK\nid:" + ids.get(3) + "\nreceipt:r\n\n^");
    assertThat(frames(connection)).singleElement().asString().startsWith("RECEIPT\n");
    assertThat(again(line, "", READ)).containsExactly("3", "4");
  }

  @Test
  void anAckThatIsIndividualIsForItsMessageOnly() {
    Line line = connected(Rig.ANN, "");
    say(line, READ_ONE_BY_ONE);
    List<String> ids = four();
    say(line, "ACK\nid:" + ids.get(2) + "\n\n^ACK\nid:" + ids.get(0) + "\n\n^");
    assertThat(again(line, "", READ_ONE_BY_ONE)).containsExactly("2", "3", "4");
  }

  @Test
  void whatNobodyHasAcknowledgedComesAgainFromTheStart() {
    Line line = connected(Rig.ANN, "");
    say(line, READ);
    four();
    assertThat(again(line, "", READ)).containsExactly("1", "2", "3", "4");
  }

  @Test
  void aSubscriptionOfTheSameIdResumesOnTheSameLineWhoeverItBelongsTo() {
    Line line = connected(null, "");
    say(line, READ);
    List<String> ids = four();
    say(line, "ACK\nid:" + ids.get(2) + "\n\n^UNSUBSCRIBE\nid:s\n\n^" + READ);
    assertThat(bodies(frames(connection))).containsExactly("4");
  }

  @Test
  void whoSaysWhereToStartOrAcknowledgesNothingDoesNotResume() {
    Line line = connected(Rig.ANN, "");
    say(line, READ);
    four();
    assertThat(again(line, "", READ.replace("ack:client", "ack:client\nlast:1")))
        .containsExactly("4");
    assertThat(again(line, "", READ.replace("ack:client\n", ""))).isEmpty();
  }

  @Test
  void twoPagesOfOneUserDoNotMoveEachOther() {
    Line first = connected(Rig.ANN, "");
    say(first, READ);
    List<String> ids = four();
    say(connected(Rig.ANN, ""), READ);
    assertThat(bodies(frames(connection))).as("not acknowledged yet").hasSize(4);
    say(first, "ACK\nid:" + ids.get(3) + "\n\n^");
    assertThat(again(first, "", READ)).as("nobody can say whose place it is").isEmpty();
  }

  @Test
  void pagesThatNameThemselvesResumeEachAtItsOwnPlace() {
    Line first = connected(Rig.ANN, "client-id:a\n");
    say(first, READ);
    List<String> ids = four();
    Line second = connected(Rig.ANN, "client-id:b\n");
    say(second, READ);
    say(first, "ACK\nid:" + ids.get(2) + "\n\n^");
    assertThat(again(first, "client-id:a\n", READ)).containsExactly("4");
    assertThat(again(second, "client-id:b\n", READ)).isEmpty();
  }

  @Test
  void anotherUserDoesNotResumeThere() {
    Line line = connected(Rig.ANN, "");
    say(line, READ);
    four();
    say(connected(new User("bob"), ""), READ);
    assertThat(bodies(frames(connection))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1:99:17", "other:1:17"})
  void anAckOfWhatWasNotSentIsAnError(String end) {
    Line line = connected(Rig.ANN, "");
    say(line, READ);
    String id = four().get(0);
    String epoch = id.substring(0, id.indexOf("\\c"));
    String position = end.startsWith("1:") ? epoch + end.substring(1) : end;
    say(line, "ACK\nid:" + position.replace(":", "\\c") + "/s\nreceipt:r\n\n^");
    assertThat(next())
        .startsWith("ERROR\nmessage:an acknowledgement must be for a message")
        .contains("code:unknown\n", "receipt-id:r\n");
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

  @ParameterizedTest
  @MethodSource("unreadable")
  void whoSentWhatCannotBeReadIsTold(CloseStatus why) {
    Line line = connected(null, "");
    line.close(why);
    rig.run();
    assertThat(next()).startsWith("ERROR\nmessage:" + why.reason() + "\ncode:" + why.code());
    assertThat(connection.closed).isEqualTo(why);
  }

  static List<CloseStatus> unreadable() {
    return List.of(CloseStatus.NOT_UTF8, CloseStatus.tooBig("at most 65536 bytes"));
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
