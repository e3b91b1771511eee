package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import io.heartline.testing.Arrivals;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** A page takes the first object for the welcome. */
  @Test
  void nothingIsSaidOfTheEndBeforeTheWelcome() {
    Line line = rig.open(Rig.pages(SeatPolicy.NONE), null, connection);
    line.expiring(5_000);
    rig.pass(Duration.ofSeconds(2));
    assertThat(connection.rest()).isEmpty();
    rig.say(line, "{\"hello\":{}}\n{\"probe\":1}");
    List<String> said = connection.rest();
    assertThat(said.get(0)).startsWith("{\"welcome\":{");
    assertThat(said.subList(1, said.size()))
        .containsExactly("{\"expiring\":3000}", "{\"probed\":1}");
    line.expiring(1_000);
    rig.run();
    assertThat(connection.rest()).containsExactly("{\"expiring\":1000}");
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
  void whereNoChannelMoreCanBeHeldThatCommandIsRefusedAndTheLineGoesOn() {
    Rig small = new Rig(1000, 2);
    Line line = small.page(connection);
    small.say(line, "{\"subscribe\":\"a\"}\n{\"subscribe\":\"b\"}");
    connection.rest();
    small.say(line, "{\"subscribe\":\"c\"}\n{\"probe\":1}");
    assertThat(connection.rest())
        .containsExactly(
            "{\"error\":{\"code\":\"unavailable\",\"message\":\"no room for another channel now\","
                + "\"about\":\"c\"}}",
            "{\"probed\":1}");
  }

  @Test
  void aRawLineWhoseChannelCannotBeHeldIsToldToComeBack() {
    Rig small = new Rig(1000, 1);
    small.say(small.page(connection), "{\"subscribe\":\"a\"}");
    RecordingConnection raw = new RecordingConnection();
    small.open(Rig.raw(SeatPolicy.NONE), null, raw);
    assertThat(raw.closed).isEqualTo(CloseStatus.OVERLOADED.forRawClients());
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
    line.closed(1006);
    line.closed(1006);
    assertThat(rig.engine.channels()).isZero();
    assertThat(rig.engine.lines()).isZero();
    assertThat(rig.engine.seatsTaken()).isZero();
    connection.writes.clear();
    rig.publish("updates", "1");
    assertThat(connection.writes).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 30s, 2000",
    "1000, 30s, 2000",
    "2000, 30s, 2000",
    "10000, 30s, 10000",
    "30000, 30s, 30000",
    "100000, 30s, 30000",
    "100000, 100s, 100000",
    "10000, 1s, 1000",
    "10000, 0s, 0",
  })
  void theTimeOverWhichLinesComeBackGrowsWithTheirNumberUpToTheDrainWindow(
      int lines, String window, long spread) {
    assertThat(Engine.spread(lines, Duration.parse("PT" + window))).isEqualTo(spread);
  }

  @Test
  void aStopDeliversWhatWasPublishedThenSaysGoodbyeThenCloses() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    connection.rest();
    rig.publishOnly("updates", "1");
    rig.engine.pool().turn(true);
    var stopped = rig.engine.stop().toCompletableFuture();
    rig.run();
    assertThat(connection.rest())
        .satisfiesExactly(
            push -> assertThat(push).contains("\"data\":1"),
            bye -> assertThat(bye)
                .isEqualTo("{\"bye\":{\"code\":1012,\"reason\":\"server stops\",\"reconnect\":true,"
                    + "\"delay\":0,\"spread\":2000}}"));
    assertThat(connection.closed.code()).isEqualTo(1012);
    assertThat(stopped).isDone();
    assertThat(rig.engine.open(Rig.pages(SeatPolicy.NONE), connection, Arrivals.of(null)))
        .isEmpty();
  }

  @Test
  void aFullServerTakesNoFurtherLine() {
    for (int i = 0; i < 100; i++) {
      rig.open(Rig.pages(SeatPolicy.NONE), null, new RecordingConnection());
    }
    assertThat(rig.engine.hasRoom()).isFalse();
    assertThat(rig.engine.open(Rig.pages(SeatPolicy.NONE), connection, Arrivals.of(null)))
        .isEmpty();
    assertThat(rig.engine.lines()).isEqualTo(100);
  }

  @Test
  void aDrainTellsEachPageItsMomentGoesOnDeliveringAndClosesThen() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    connection.rest();
    assertThat(rig.engine.drain(Duration.ofSeconds(30))).isEqualTo(1);
    rig.run();
    assertThat(rig.engine.ready()).isFalse();
    assertThat(connection.rest())
        .containsExactly(
            "{\"bye\":{\"code\":4000,\"reason\":\"drained\",\"reconnect\":true,\"delay\":0}}");
    rig.publish("updates", "1");
    assertThat(connection.rest()).singleElement().asString().contains("\"data\":1");
    assertThat(connection.closed).isNull();
    rig.engine.timers().poll(rig.time.nanos());
    rig.run();
    assertThat(connection.closed.code()).isEqualTo(4000);
  }

  @Test
  void aDrainThatIsEndedLetsNewLinesInAndKeepsItsWordToTheOthers() {
    Line told = rig.page(connection);
    rig.engine.drain(Duration.ofSeconds(30));
    assertThat(rig.engine.undrain()).isTrue();
    assertThat(rig.engine.undrain()).as("it drains no longer").isFalse();
    assertThat(rig.engine.ready()).isTrue();
    Line late = rig.page(new RecordingConnection());
    rig.settle();
    assertThat(told.isGone() || connection.closed != null).isTrue();
    assertThat(late.isGone()).isFalse();
  }

  @Test
  void anOperatorDisconnectsAUserAndNobodyElse() {
    RecordingConnection other = new RecordingConnection();
    rig.open(Rig.raw(SeatPolicy.NONE), Rig.ANN, connection);
    rig.open(Rig.raw(SeatPolicy.NONE), new User("bob"), other);
    assertThat(rig.engine.users()).isEqualTo(2);
    assertThat(rig.engine.disconnect(Rig.ANN)).isEqualTo(1);
    rig.run();
    assertThat(connection.closed).isEqualTo(CloseStatus.KICKED.forRawClients());
    assertThat(other.closed).isNull();
    assertThat(rig.engine.statistics().closed()).containsExactly(Map.entry(4500, 1L));
  }

  @Test
  void figuresCountWhatHappened() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    connection.sticks = true;
    rig.publish("updates", "1");
    rig.publish("updates", "2");
    rig.publish("updates", "3");
    assertThat(rig.engine.maxLag()).isEqualTo(2);
    connection.unstick();
    rig.run();
    assertThat(rig.engine.maxLag()).isZero();
    assertThat(rig.engine.statistics().published()).isEqualTo(3);
    assertThat(rig.engine.statistics().delivered()).isEqualTo(3);
    assertThat(rig.engine.statistics().opened()).isEqualTo(1);
  }

  @Test
  void whatTheStoreDidNotTakeIsNotCountedAsPublished() {
    Rig small = new Rig(1000, 1);
    small.say(small.page(connection), "{\"subscribe\":\"updates\"}");
    small.publish("updates", "1");
    assertThat(small.engine.publish(List.of(new Draft(new ChannelName("orders"), "2"))))
        .isCompletedExceptionally();
    assertThat(small.engine.statistics().published()).isEqualTo(1);
  }

  @Test
  void aBeatSetAtRunTimeHoldsForOpenLines() {
    Line line = rig.page(connection);
    rig.engine.beat(Rig.pages(SeatPolicy.NONE), Duration.ofSeconds(2));
    rig.pass(Duration.ofSeconds(10)); // its next look at the clock
    rig.say(line, "{\"beat\":1}");
    connection.rest();
    rig.pass(Duration.ofSeconds(2));
    assertThat(connection.rest()).singleElement().asString().contains("beat");
  }
}
