package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.protocol.stomp.SendRule;
import io.heartline.protocol.stomp.StompProtocol;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What pages and clients of STOMP publish, where they may. */
class PublishingTest {
  private static final User BOB = new User("bob");

  private final CompletableFuture<Rights.Decision> later = new CompletableFuture<>();
  private final Rig rig = new Rig(this::may);
  private final RecordingConnection connection = new RecordingConnection();

  /** Who has a name may publish in chats, anybody may read. */
  private CompletionStage<Rights.Decision> may(
      Identity identity, Rights.Action action, ChannelName channel) {
    if (action != Rights.Action.PUBLISH) {
      return Rights.Decision.YES.now();
    }
    if (channel.text().equals("later")) {
      return later;
    }
    return Rights.Decision.of(identity.user() != null && channel.text().startsWith("chat"))
        .now();
  }

  private Line page(User user, String instance, RecordingConnection connection) {
    Line line = rig.open(Rig.pages(SeatPolicy.NONE), user, connection);
    rig.say(
        line,
        instance == null ? "{\"hello\":{}}" : "{\"hello\":{\"instance\":\"" + instance + "\"}}");
    connection.next();
    return line;
  }

  @Test
  void aPageIsToldWhereItsPublicationIs() {
    Line line = page(Rig.ANN, null, connection);
    RecordingConnection reading = new RecordingConnection();
    rig.say(page(null, null, reading), "{\"subscribe\":\"chat\"}");
    reading.rest();
    rig.say(line, "{\"publish\":\"chat\",\"data\":{ \"a\" : 1 },\"id\":\"m1\"}");
    String answer = connection.next();
    assertThat(answer)
        .startsWith("{\"published\":\"chat\",\"position\":\"t.0:1:")
        .endsWith(",\"id\":\"m1\"}");
    assertThat(reading.next())
        .startsWith("{\"channel\":\"chat\",\"offset\":1,")
        .endsWith(",\"id\":\"m1\",\"data\":{\"a\":1}}");
  }

  @Test
  void readersAreToldThePublishersIdAndNothingOfTheLine() {
    RecordingConnection reading = new RecordingConnection();
    rig.say(page(null, null, reading), "{\"subscribe\":\"chat\"}\n{\"subscribe\":\"x\"}");
    reading.rest();
    Line line = page(Rig.ANN, "instance-1", connection);
    rig.say(line, "{\"publish\":\"chat\",\"data\":1,\"id\":\"m1\"}");
    assertThat(reading.next())
        .contains("\"id\":\"m1\"")
        .doesNotContain("user", "instance-1", line.id());
    rig.say(line, "{\"publish\":\"chat\",\"data\":2}");
    assertThat(reading.next()).doesNotContain("\"id\"");
    rig.say(stomp(Rig.ANN), "SEND\ndestination:/topic/open/x\nid:mine\n\nhi\0");
    assertThat(reading.next()).doesNotContain("\"id\"", "user", "mine");
  }

  @Test
  void answersComeInTheOrderOfTheCommands() {
    Line line = page(Rig.ANN, null, connection);
    rig.say(
        line,
        "{\"publish\":\"later\",\"data\":1}\n{\"publish\":\"closed\",\"data\":1,\"id\":\"b\"}\n"
            + "{\"publish\":\"chat\",\"data\":1}\n{\"probe\":1}");
    assertThat(connection.rest()).isEmpty();
    later.complete(Rights.Decision.YES);
    rig.run();
    assertThat(connection.rest())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("{\"published\":\"later\""),
            second -> assertThat(second)
                .isEqualTo("{\"error\":{\"code\":\"forbidden\",\"message\":\"you may not publish"
                    + " in this channel: closed\",\"about\":\"closed\",\"id\":\"b\"}}"),
            third -> assertThat(third).startsWith("{\"published\":\"chat\""),
            fourth -> assertThat(fourth).isEqualTo("{\"probed\":1}"));
  }

  @Test
  void whoMayNotPublishIsToldSoHoweverOftenAndKeepsTheLine() {
    Line line = page(null, null, connection);
    for (int i = 0; i < 200; i++) {
      rig.say(line, "{\"publish\":\"chat\",\"data\":1}");
    }
    assertThat(connection.closed).isNull();
    assertThat(connection.rest()).hasSize(200).allMatch(text -> text.contains("\"forbidden\""));
    assertThat(rig.engine.statistics().published()).isZero();
  }

  @Test
  void whatCannotBeDecidedIsNotPublishedAndTheLineGoesOn() {
    Line line = page(Rig.ANN, null, connection);
    later.complete(Rights.Decision.UNKNOWN);
    rig.say(line, "{\"publish\":\"later\",\"data\":1,\"id\":\"x\"}");
    assertThat(connection.rest())
        .singleElement()
        .asString()
        .contains("\"code\":\"unavailable\"")
        .contains("\"id\":\"x\"");
    assertThat(connection.closed).isNull();
    assertThat(rig.engine.statistics().published()).isZero();
  }

  @Test
  void theSameIdIsPublishedOnceAlsoOnTheNextLine() {
    Line line = page(Rig.ANN, "i1", connection);
    rig.say(line, "{\"publish\":\"chat\",\"data\":1,\"id\":\"m1\"}");
    String answer = connection.next();
    rig.say(line, "{\"publish\":\"chat\",\"data\":1,\"id\":\"m1\"}");
    assertThat(connection.next()).isEqualTo(answer);
    line.closed(1006);
    RecordingConnection next = new RecordingConnection();
    rig.say(
        page(Rig.ANN, "i2", next),
        "{\"publish\":\"chat\",\"data\":1,\"id\":\"m1\"}\n"
            + "{\"publish\":\"chat2\",\"data\":1,\"id\":\"m1\"}");
    assertThat(next.next()).contains(answer);
    assertThat(head("chat")).isEqualTo(1);
    assertThat(head("chat2")).as("ids count within their channel").isEqualTo(1);
  }

  @Test
  void theIdsOfOthersAreOthers() {
    rig.engine
        .publish(List.of(new Draft(new ChannelName("chat"), "1", "m1")))
        .toCompletableFuture()
        .join();
    rig.say(page(Rig.ANN, null, connection), "{\"publish\":\"chat\",\"data\":2,\"id\":\"m1\"}");
    assertThat(connection.next()).contains(":2:");
    RecordingConnection bobs = new RecordingConnection();
    rig.say(page(BOB, null, bobs), "{\"publish\":\"chat\",\"data\":3,\"id\":\"m1\"}");
    assertThat(bobs.next()).contains(":3:");
    assertThat(head("chat")).isEqualTo(3);
  }

  @Test
  void pagesWithoutANameKeepTheirIdsApart() {
    later.complete(Rights.Decision.YES);
    String publish = "{\"publish\":\"later\",\"data\":1,\"id\":\"m1\"}";
    for (String instance : new String[] {"i1", "i2", null, null}) {
      rig.say(page(null, instance, new RecordingConnection()), publish);
    }
    assertThat(head("later")).isEqualTo(4);
    rig.say(page(null, "i1", connection), publish);
    assertThat(connection.next()).contains(":1:");
    assertThat(head("later")).as("the same page again").isEqualTo(4);
  }

  private long head(String channel) {
    return rig.engine
        .head(new ChannelName(channel))
        .toCompletableFuture()
        .join()
        .offset();
  }

  private Line stomp(User user) {
    Door door = new Door(
        "stomp",
        new StompProtocol(List.of(SendRule.parse("/topic/open/*=*")), 64 * 1024),
        SeatPolicy.NONE,
        Duration.ofSeconds(25),
        null,
        nobody -> List.of());
    Line line = rig.open(door, user, connection);
    rig.say(line, "CONNECT\naccept-version:1.2\n\n\0");
    connection.next();
    return line;
  }

  @Test
  void aSendToATopicIsPublishedByTheSameRight() {
    Line line = stomp(Rig.ANN);
    rig.say(line, "SEND\ndestination:/topic/chat\nreceipt:r\n\nhi\0");
    assertThat(connection.next()).isEqualTo("RECEIPT\nreceipt-id:r\n\n\0");
    assertThat(head("chat")).isEqualTo(1);
    rig.say(line, "SEND\ndestination:/topic/closed\n\nhi\0");
    assertThat(connection.rest()).isEmpty();
    assertThat(connection.closed).as("without a receipt nobody is told").isNull();
    assertThat(rig.engine.statistics().refused()).isEqualTo(1);
    rig.say(line, "SEND\ndestination:/topic/closed\nreceipt:r2\n\nhi\0");
    assertThat(connection.next())
        .startsWith(
            "ERROR\nmessage:you may not publish in this channel\\c closed\ncode:forbidden\n")
        .contains("receipt-id:r2\n");
    assertThat(head("closed")).isZero();
  }

  @Test
  void aRuleOfStompGoesBeforeTheRight() {
    rig.say(stomp(null), "SEND\ndestination:/topic/open/x\n\nhi\0");
    assertThat(head("x")).isEqualTo(1);
  }

  @Test
  void aSendThatCannotBeDecidedEndsNothing() {
    later.complete(Rights.Decision.UNKNOWN);
    rig.say(stomp(Rig.ANN), "SEND\ndestination:/topic/later\n\nhi\0");
    assertThat(connection.closed).isNull();
    assertThat(head("later")).isZero();
  }
}
