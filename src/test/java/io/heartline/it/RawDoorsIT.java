package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.heartline.testing.Json;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The founding clients' own words at their own doors. */
class RawDoorsIT {
  @TempDir
  static Path folder;

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder);
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  @Test
  void pingIsAnsweredPong() {
    WebSocketRecorder line = WebSocketRecorder.raw(war.door("updatewebsocket"));
    line.send("ping");
    assertThat(line.frame()).isEqualTo("pong");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HeartBeat", "heartbeat", "HEARTBEAT", "heartBeat"})
  void heartBeatInAnyLetterCaseIsAnsweredHeartBeat(String text) {
    WebSocketRecorder line = WebSocketRecorder.raw(war.door("ws/user-channel"));
    line.send(text);
    assertThat(line.frame()).isEqualTo("HeartBeat");
  }

  /**
   * The container says 101 before it calls the endpoint: the door's channels are read from before.
   */
  @Test
  void whatIsPublishedRightBehindTheHandshakeIsHeard() throws IOException {
    for (int i = 0; i < 60; i++) {
      try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
        war.publish("updates", "\"behind " + i + "\"");
        assertThat(line.readText()).isEqualTo("behind " + i);
      }
    }
  }

  @Test
  void otherTextsAreTakenInSilence() {
    WebSocketRecorder line = WebSocketRecorder.raw(war.door("updatewebsocket"));
    line.send("Ping");
    line.send("{\"subscribe\":\"public:a\"}");
    line.assertRawLives();
  }

  @Test
  void miniProgramsAreGreetedAndAnsweredWhatTheySay() {
    WebSocketRecorder line = WebSocketRecorder.raw(war.door("wss"));
    assertThat(line.frame()).isEqualTo("Server: 收到我的消息了嘛");
    line.send("test");
    assertThat(line.frame()).isEqualTo("Server: Received(test)");
    line.send("你好, 🐼");
    assertThat(line.frame()).isEqualTo("Server: Received(你好, 🐼)");
    line.send("ping");
    assertThat(line.frame()).isEqualTo("pong");
    line.send("");
    assertThat(line.frame()).isEqualTo("Server: Received()");
  }

  @Test
  void longTextsOfManyAlphabetsArriveWhole() throws IOException {
    WebSocketRecorder line = WebSocketRecorder.listening(war.door("updatewebsocket"));
    String text = "a" + "🐼你é".repeat(9_000);
    war.publish("updates", '"' + text + '"');
    assertThat(line.frame()).isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource
  void publicationsArriveAsTheirBareData(String data, String text) throws IOException {
    // The JDK's client keeps empty messages to itself.
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
      line.assertRawLives();
      war.publish("updates", data);
      assertThat(line.readText()).isEqualTo(text);
    }
  }

  static List<Arguments> publicationsArriveAsTheirBareData() {
    return List.of(
        arguments("\"hello\"", "hello"),
        arguments("\"two\\nlines, \\\"quoted\\\" \\u00e9\"", "two\nlines, \"quoted\" é"),
        arguments("\"\"", ""),
        arguments(" { \"a b\" : [ 1.50, true,\n null ] } ", "{\"a b\":[1.50,true,null]}"),
        arguments("12345678901234567890.10", "12345678901234567890.10"),
        arguments("null", "null"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"updatewebsocket", "wss", "ws/user-channel"})
  void publicationsArriveInOrderAtEveryDoor(String door) throws IOException {
    WebSocketRecorder line = WebSocketRecorder.raw(war.door(door));
    if (door.equals("wss")) {
      line.frame(); // the greeting
    }
    line.assertRawLives();
    for (int i = 0; i < 100; i++) {
      war.publish("updates", String.valueOf(i));
    }
    for (int i = 0; i < 100; i++) {
      assertThat(line.frame()).isEqualTo(String.valueOf(i));
    }
    line.assertRawLives();
  }

  @Test
  void aUserReceivesHisOwnAndTheUpdatesAndNothingOfOthers() throws IOException {
    Guest ann = war.guest();
    Guest bob = war.guest();
    WebSocketRecorder line =
        WebSocketRecorder.listening(war.door("ws/user-channel"), "Cookie", ann.cookie());
    war.publish("{\"user\":\"" + bob.user() + "\",\"data\":\"for bob\"}");
    war.publish("{\"user\":\"" + ann.user() + "\",\"data\":\"for ann\"}");
    assertThat(line.frame()).isEqualTo("for ann");
    war.publish("updates", "\"for all\"");
    assertThat(line.frame()).isEqualTo("for all");
    line.assertRawLives();
  }

  @Test
  void everybodyElseReceivesNothingOfUsers() throws IOException {
    Guest ann = war.guest();
    WebSocketRecorder line = WebSocketRecorder.listening(war.door("ws/user-channel"));
    WebSocketRecorder updates =
        WebSocketRecorder.listening(war.door("updatewebsocket"), "Cookie", ann.cookie());
    war.publish("{\"user\":\"" + ann.user() + "\",\"data\":\"for ann\"}");
    line.assertRawLives();
    updates.assertRawLives();
  }

  @Test
  void sinceAPublicationsPositionResumesExactlyThere() throws IOException {
    String position = war.publish("updates", "\"seen\"");
    war.publish("updates", "\"missed 1\"");
    war.publish("updates", "\"missed 2\"");
    WebSocketRecorder line = WebSocketRecorder.raw(war.door("updatewebsocket?since=" + position));
    assertThat(line.frame()).isEqualTo("missed 1");
    assertThat(line.frame()).isEqualTo("missed 2");
    war.publish("updates", "\"new\"");
    assertThat(line.frame()).isEqualTo("new");
    line.assertRawLives();
  }

  @Test
  void sinceOfSeveralChannelsResumesEach() throws IOException {
    Guest ann = war.guest();
    String own = Json.field(
        war.publish("{\"user\":\"" + ann.user() + "\",\"data\":\"seen\"}").body(), "position");
    String updates = war.publish("updates", "\"seen\"");
    war.publish("{\"user\":\"" + ann.user() + "\",\"data\":\"own, missed\"}");
    war.publish("updates", "\"update, missed\"");
    String since = "user:" + ann.user() + '=' + own + ",updates=" + updates;
    WebSocketRecorder line = WebSocketRecorder.raw(
        war.door("ws/user-channel?since=" + URLEncoder.encode(since, StandardCharsets.UTF_8)),
        "Cookie",
        ann.cookie());
    assertThat(new String[] {line.frame(), line.frame()})
        .containsExactlyInAnyOrder("own, missed", "update, missed");
    line.assertRawLives();
  }

  @ParameterizedTest
  @CsvSource({
    "nonsense, gap: updates unknown",
    "anotherlife.0:1:1, gap: updates epoch",
  })
  void aPositionThatCannotBeServedClosesWith4002(String since, String reason) throws IOException {
    war.publish("updates", "\"not to be seen\"");
    WebSocketRecorder line = WebSocketRecorder.raw(war.door("updatewebsocket?since=" + since));
    assertThat(line.closed()).isEqualTo(new WebSocketRecorder.Closed(4002, reason));
  }

  @Test
  void textBeatsComeToWhoAsksForThem() {
    WebSocketRecorder line = WebSocketRecorder.raw(war.door("updatewebsocket?beat=1"));
    assertThat(line.frame()).isEqualTo("HeartBeat");
    assertThat(line.frame()).isEqualTo("HeartBeat");
  }

  @Test
  void theSameDoorsStandAtTheRootIfTheContextIsTheRoot(@TempDir Path other) throws IOException {
    try (RunningWar root = RunningWar.start(other, "heartline.context=/")) {
      assertThat(root.base().getPath()).isEqualTo("/");
      WebSocketRecorder updates = WebSocketRecorder.raw(root.door("updatewebsocket"));
      WebSocketRecorder user = WebSocketRecorder.raw(root.door("ws/user-channel"));
      WebSocketRecorder mini = WebSocketRecorder.raw(root.door("wss"));
      updates.assertRawLives();
      user.assertRawLives();
      assertThat(mini.frame()).isEqualTo("Server: 收到我的消息了嘛");
      root.publish("updates", "\"hello\"");
      assertThat(updates.frame()).isEqualTo("hello");
      assertThat(user.frame()).isEqualTo("hello");
      assertThat(mini.frame()).isEqualTo("hello");
    }
  }

  @Test
  void aProtocolPingOfTheClientIsAnswered() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
      line.frame(true, RawSocketClient.PING, new byte[] {1, 2, 3});
      RawSocketClient.Frame pong = line.read();
      assertThat(pong.opcode()).isEqualTo(RawSocketClient.PONG);
      assertThat(pong.payload()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aClosingClientIsAnsweredItsClose() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
      line.frame(true, RawSocketClient.CLOSE, new byte[] {0x03, (byte) 0xe8});
      assertThat(line.readClose().code()).isEqualTo(1000);
    }
  }
}
