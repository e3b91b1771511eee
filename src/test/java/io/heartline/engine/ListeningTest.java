package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.Position;
import io.heartline.model.User;
import io.heartline.protocol.Command;
import io.heartline.protocol.Subscription;
import io.heartline.protocol.json.EventsProtocol;
import io.heartline.testing.Arrivals;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Lines whose clients only listen: SSE. */
class ListeningTest {
  private static final Door EVENTS = new Door(
      "events",
      new EventsProtocol(),
      SeatPolicy.NONE,
      Duration.ofSeconds(25),
      null,
      user -> List.of());

  private final Rig rig = new Rig(10);
  private final RecordingConnection connection = new RecordingConnection();

  private Line listen(Command... commands) {
    Line line = rig.engine
        .open(EVENTS, connection, Arrivals.of((User) null, null, commands))
        .orElseThrow();
    rig.run();
    return line;
  }

  private static Command now(String channel) {
    return new Command.Subscribe(Subscription.of(new ChannelName(channel)), new From.Now());
  }

  private static Command after(String channel, Position position) {
    return new Command.Subscribe(
        Subscription.of(new ChannelName(channel)), new From.After(position));
  }

  private String lastPlaces() {
    return connection.writes.get(connection.writes.size() - 1).places();
  }

  @Test
  void itIsWelcomedAndSubscribedWithoutSayingAWord() {
    listen(now("updates"), now("secret"));
    List<String> objects = connection.rest();
    assertThat(objects.get(0)).startsWith("{\"welcome\":");
    assertThat(objects.get(1)).startsWith("{\"subscribed\":\"updates\"");
    assertThat(objects.get(2)).startsWith("{\"error\":{\"code\":\"forbidden\"").contains("secret");
    assertThat(objects).hasSize(3);
    assertThat(lastPlaces()).isEqualTo("updates=t.0:0:0");
  }

  @Test
  void eachWriteSaysWhereItsReaderStandsInAllChannels() {
    listen(now("updates"), now("other"));
    Position first = rig.publish("updates", "1");
    assertThat(lastPlaces()).isEqualTo("updates=" + first + ",other=t.0:0:0");
    Position second = rig.publish("other", "2");
    assertThat(lastPlaces()).isEqualTo("updates=" + first + ",other=" + second);
  }

  /** A stream may break between two answers; the reader comes back with the id it has seen. */
  @Test
  void aReaderThatResumesIsToldOfAllItsChannelsFromTheFirstIdOn() {
    CompletableFuture<Rights.Decision> later = new CompletableFuture<>();
    Rig slow = new Rig((identity, action, channel) ->
        channel.text().equals("other") ? later : Rights.Decision.YES.now());
    Position first = slow.publish("updates", "1");
    Position second = slow.publish("other", "2");
    slow.engine
        .open(
            EVENTS,
            connection,
            Arrivals.of((User) null, null, after("updates", first), after("other", second)))
        .orElseThrow();
    slow.run();
    assertThat(lastPlaces()).isEqualTo("updates=" + first + ",other=" + second);
  }

  @Test
  void aPlaceIsNeverAheadOfWhatWasWritten() {
    Position first = rig.publish("updates", "1");
    listen(after("updates", first));
    connection.sticks = true;
    Position second = rig.publish("updates", "2");
    for (int i = 3; i <= 9; i++) {
      rig.publish("updates", String.valueOf(i));
    }
    assertThat(lastPlaces()).isEqualTo("updates=" + second);
  }

  @Test
  void beatsChangeNoPlace() {
    listen(now("updates"));
    rig.pass(Duration.ofSeconds(30));
    assertThat(lastPlaces()).isNull();
  }

  @Test
  void aPositionThatCannotBeServedIsToldNotClosed() {
    listen(after("updates", new Position("elsewhere", 3, 3)));
    assertThat(connection.rest())
        .anyMatch(object -> object.startsWith("{\"subscribed\":\"updates\"")
            && object.endsWith("\"recovered\":false,\"reason\":\"epoch\"}"));
    assertThat(connection.closed).isNull();
  }

  @Test
  void aCursorThatFellOffIsToldOfTheGapAndItsPlaceIsTheHead() {
    listen(now("updates"));
    connection.sticks = true;
    rig.publish("updates", "1");
    Position head = null;
    for (int i = 2; i <= 30; i++) {
      head = rig.publishOnly("updates", String.valueOf(i));
    }
    connection.rest();
    connection.unstick();
    rig.run();
    assertThat(connection.rest())
        .containsExactly(
            "{\"gap\":\"updates\",\"position\":\"" + head + "\",\"reason\":\"trimmed\"}");
    assertThat(lastPlaces()).isEqualTo("updates=" + head);
  }

  @Test
  void aSilentReaderGetsABeatEachBeatAndIsNeverTakenForDead() {
    listen(now("updates"));
    connection.rest();
    rig.pass(Duration.ofSeconds(26 * 4));
    assertThat(connection.rest()).hasSize(4).allMatch(object -> object.startsWith("{\"beat\":"));
    assertThat(connection.pings).isZero();
    assertThat(connection.closed).isNull();
  }

  @Test
  void pushesAreSignsOfLifeEnough() {
    listen(now("updates"));
    connection.rest();
    for (int i = 0; i < 10; i++) {
      rig.pass(Duration.ofSeconds(20));
      rig.publish("updates", "1");
    }
    assertThat(connection.rest())
        .hasSize(10)
        .allMatch(object -> object.startsWith("{\"channel\":"));
  }

  @Test
  void aWriteWithoutProgressEndsIt() {
    listen(now("updates"));
    connection.sticks = true;
    rig.publish("updates", "1");
    rig.pass(Duration.ofSeconds(30));
    assertThat(connection.closed).isEqualTo(CloseStatus.NO_PROGRESS);
  }

  @Test
  void itIsRotatedWithABye() {
    listen(now("updates"));
    connection.rest();
    rig.pass(Duration.ofHours(4).plusMinutes(1));
    List<String> objects = connection.rest();
    assertThat(objects.get(objects.size() - 1)).startsWith("{\"bye\":{\"code\":4000");
    assertThat(connection.closed).isEqualTo(CloseStatus.ROTATED);
  }

  @Test
  void eachPushSaysWhereToResumeSinceAStreamMayBreakBehindIt() {
    listen(now("updates"));
    connection.rest();
    Position first = rig.publishOnly("updates", "1");
    Position second = rig.publish("updates", "2");
    assertThat(connection.rest())
        .containsExactly(
            "{\"channel\":\"updates\",\"offset\":1,\"time\":1700000000000,\"position\":\"" + first
                + "\",\"data\":1}",
            "{\"channel\":\"updates\",\"offset\":2,\"time\":1700000000000,\"position\":\"" + second
                + "\",\"data\":2}");
  }
}
