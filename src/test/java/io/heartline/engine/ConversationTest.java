package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Commands in order, one answer each. */
class ConversationTest {
  private final Rig rig = new Rig();
  private final RecordingConnection connection = new RecordingConnection();

  @Test
  void theWelcomeAnswersTheFirstFrameWhateverItIs() {
    Line line = rig.open(Rig.pages(SeatPolicy.NONE), null, connection);
    rig.say(line, "{\"probe\":7}");
    assertThat(connection.rest())
        .containsExactly(
            "{\"welcome\":{\"line\":\"" + line.id()
                + "\",\"beat\":25000,\"grace\":10000,\"time\":1700000000000,"
                + "\"limits\":{\"message\":65536,\"channels\":8}}}",
            "{\"probed\":7}");
  }

  @Test
  void theWelcomeNamesUserAndInstance() {
    Line line = rig.open(Rig.pages(SeatPolicy.NONE), Rig.ANN, connection);
    rig.say(line, "{\"hello\":{\"instance\":\"i1\"}}");
    assertThat(connection.next()).contains("\"instance\":\"i1\",\"user\":\"ann\"");
  }

  @Test
  void commandsOfOneFrameAreAnsweredInOrder() {
    Line line = rig.page(connection);
    rig.say(
        line,
        "{\"probe\":1}\n{\"subscribe\":\"updates\"}\n\n{\"probe\":2}\n{\"unsubscribe\":\"updates\"}");
    assertThat(connection.rest())
        .containsExactly(
            "{\"probed\":1}",
            "{\"subscribed\":\"updates\",\"position\":\"t.0:0:0\",\"recovered\":true}",
            "{\"probed\":2}",
            "{\"unsubscribed\":\"updates\"}");
  }

  @Test
  void aSecondSubscribeToAHeldChannelMovesNothing() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    rig.publish("updates", "1");
    connection.rest();
    rig.say(line, "{\"subscribe\":\"updates\",\"last\":10}");
    assertThat(connection.rest()).singleElement().asString().contains("\"code\":\"already\"");
  }

  @Test
  void whatMayNotBeReadIsRefused() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"secret\"}");
    assertThat(connection.rest())
        .containsExactly(
            "{\"error\":{\"code\":\"forbidden\",\"message\":\"you may not read this channel\",\"about\":\"secret\"}}");
  }

  @Test
  void aLineReadsSoManyChannelsAndNoMore() {
    Line line = rig.page(connection);
    for (int i = 0; i < 9; i++) {
      rig.say(line, "{\"subscribe\":\"public:" + i + "\"}");
    }
    assertThat(connection.rest())
        .last()
        .asString()
        .contains("\"code\":\"limit\"")
        .contains("public:8");
  }

  @Test
  void unsubscribingWhatIsNotHeldIsRefused() {
    Line line = rig.page(connection);
    rig.say(line, "{\"unsubscribe\":\"updates\"}");
    assertThat(connection.rest()).singleElement().asString().contains("\"code\":\"none\"");
  }

  @Test
  void whoAsksWithoutReadingIsClosed() {
    Line line = rig.page(connection);
    connection.sticks = true;
    rig.say(line, "{\"probe\":0}"); // its answer is the write that stands
    for (int i = 0; i <= Outbox.MAX_ANSWERS; i++) {
      rig.say(line, "{\"probe\":1}");
    }
    connection.unstick();
    rig.run();
    assertThat(connection.closed.code()).isEqualTo(4002);
  }

  @Test
  void whoSubscribesEndlesslyWithoutReadingIsClosed() {
    Line line = rig.page(connection);
    connection.sticks = true;
    for (int i = 0; i < 40; i++) {
      rig.say(line, "{\"subscribe\":\"updates\"}\n{\"unsubscribe\":\"updates\"}");
    }
    connection.unstick();
    rig.run();
    assertThat(connection.closed.code()).isEqualTo(4002);
  }

  @Test
  void endlessNonsenseIsClosedForGood() {
    Line line = rig.page(connection);
    for (int i = 0; i < 64; i++) {
      rig.say(line, "nonsense");
    }
    assertThat(connection.closed.code()).isEqualTo(4507);
  }

  @Test
  void aClosedLineIsForgottenByAll() {
    Line line = rig.open(Rig.pages(SeatPolicy.NEWEST), Rig.ANN, connection);
    rig.say(line, "{\"hello\":{}}\n{\"subscribe\":\"updates\"}");
    assertThat(rig.engine.channels()).isEqualTo(1);
    line.closed("gone");
    line.closed("gone twice");
    assertThat(rig.engine.channels()).isZero();
    assertThat(rig.engine.lines()).isZero();
    assertThat(rig.engine.seats().size()).isZero();
    connection.writes.clear();
    rig.publish("updates", "1");
    assertThat(connection.writes).isEmpty();
  }

  @Test
  void aStopDeliversWhatWasPublishedThenSaysGoodbyeThenCloses() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    connection.rest();
    rig.publishOnly("updates", "1");
    rig.engine.hub().turn();
    var stopped = rig.engine.stop().toCompletableFuture();
    rig.run();
    assertThat(connection.rest())
        .satisfiesExactly(
            push -> assertThat(push).contains("\"data\":1"),
            bye -> assertThat(bye)
                .isEqualTo(
                    "{\"bye\":{\"code\":1012,\"reason\":\"server stops\",\"reconnect\":true,\"delay\":0}}"));
    assertThat(connection.closed.code()).isEqualTo(1012);
    assertThat(stopped).isDone();
    assertThat(rig.engine.open(
            Rig.pages(SeatPolicy.NONE), connection, new Arrival(null, Map.of(), null)))
        .isEmpty();
  }

  @Test
  void aFullServerTakesNoFurtherLine() {
    for (int i = 0; i < 100; i++) {
      rig.open(Rig.pages(SeatPolicy.NONE), null, new RecordingConnection());
    }
    assertThat(rig.engine.hasRoom()).isFalse();
    assertThat(rig.engine.open(
            Rig.pages(SeatPolicy.NONE), connection, new Arrival(null, Map.of(), null)))
        .isEmpty();
    assertThat(rig.engine.lines()).isEqualTo(100);
  }
}
