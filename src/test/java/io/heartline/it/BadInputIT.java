package io.heartline.it;

import static io.heartline.testing.RawSocketClient.BINARY;
import static io.heartline.testing.RawSocketClient.CONTINUATION;
import static io.heartline.testing.RawSocketClient.PING;
import static io.heartline.testing.RawSocketClient.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input gets a clear answer and harms only its sender. */
class BadInputIT {
  private static final int MAX_MESSAGE = 64 * 1024;
  private static final int MAX_FRAGMENTS = 1024;

  @TempDir
  static Path folder;

  private static RunningWar war;

  private WebSocketRecorder rawBystander;
  private WebSocketRecorder pageBystander;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder);
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  @BeforeEach
  void bystandersListen() {
    rawBystander = WebSocketRecorder.raw(war.door("updatewebsocket"));
    pageBystander = page();
    pageBystander.send("{\"subscribe\":\"updates\"}");
    assertThat(pageBystander.object()).startsWith("{\"subscribed\":\"updates\"");
  }

  @AfterEach
  void bystandersGoOnReceiving() throws IOException {
    war.publish("updates", "\"after\"");
    assertThat(rawBystander.frame()).isEqualTo("after");
    assertThat(pageBystander.object()).endsWith("\"data\":\"after\"}");
    rawBystander.assertRawLives();
    pageBystander.assertPageLives();
    rawBystander.leave();
    pageBystander.leave();
  }

  private static WebSocketRecorder page() {
    WebSocketRecorder line = WebSocketRecorder.page(war.door("line"));
    line.send("{\"hello\":{}}");
    assertThat(line.object()).startsWith("{\"welcome\":{");
    return line;
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      nonsense                                       | malformed | not valid JSON
      []                                             | malformed | must be a JSON object
      "subscribe"                                    | malformed | must be a JSON object
      {"subscribe":                                  | malformed | not valid JSON
      {"probe":1}{"probe":2}                         | malformed | must be one JSON object per line
      {"probe":1} x                                  | malformed | not valid JSON
      {"probe":1,"probe":2}                          | malformed | Duplicate
      {"probe":"1"}                                  | malformed | probe must be a whole number
      {"probe":1.5}                                  | malformed | probe must be a whole number
      {"subscribe":7}                                | malformed | subscribe must be a string
      {"subscribe":"updates","after":7}              | malformed | after must be a string
      {"subscribe":"updates","last":-1}              | malformed | last must be 0 or more: -1
      {"subscribe":"updates","last":"3"}             | malformed | last must be a whole number
      {"subscribe":"updates","unsubscribe":"updates"}| malformed | must be the only command
      {"hello":1}                                    | malformed | hello must be an object
      {"hello":{"instance":""}}                      | malformed | hello.instance must have 1 to 64
      {"hello":{"take":"yes"}}                       | malformed | hello.take must be true or false
      {}                                             | unknown   | must have one of
      {"publish":"updates","data":1}                 | forbidden | you may not publish in this channel
      {"subscribe":""}                               | channel   | must have 1 to 255 characters: 0
      {"subscribe":"a b"}                            | channel   | may contain A-Z a-z 0-9
      {"subscribe":"updates\\u0000"}                 | channel   | U+0000 at 7
      {"subscribe":"更新"}                            | channel   | U+66F4 at 0
      """)
  void whatCannotBeUnderstoodIsAnsweredAndTheLineLivesOn(String text, String code, String message) {
    WebSocketRecorder line = page();
    line.send(text);
    assertThat(line.object())
        .startsWith("{\"error\":{\"code\":\"" + code + "\",\"message\":\"")
        .contains(message);
    line.assertPageLives();
  }

  @Test
  void tooDeepNestingIsAnsweredAndTheLineLivesOn() {
    WebSocketRecorder line = page();
    line.send("{\"probe\":1,\"x\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}");
    assertThat(line.object()).startsWith("{\"error\":{\"code\":\"malformed\"");
    line.assertPageLives();
  }

  @Test
  void aBadFirstFrameIsAnsweredByTheWelcomeAndTheError() {
    WebSocketRecorder line = WebSocketRecorder.page(war.door("line"));
    line.send("nonsense");
    assertThat(line.object()).startsWith("{\"welcome\":{");
    assertThat(line.object()).startsWith("{\"error\":{\"code\":\"malformed\"");
    line.assertPageLives();
  }

  @Test
  void aMessageOfTheGreatestSizeIsTaken() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
      line.text("é".repeat(MAX_MESSAGE / 2));
      line.assertRawLives();
    }
  }

  @Test
  void aLongerMessageInOneFrameIsClosedWith1009() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
      line.text("x".repeat(MAX_MESSAGE + 1));
      assertThat(line.readClose())
          .isEqualTo(new Closed(1009, "message must have at most 65536 bytes"));
    }
  }

  @Test
  void aLongerMessageIsCountedInBytesNotInCharacters() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
      line.text("你".repeat(MAX_MESSAGE / 3 + 1));
      assertThat(line.readClose().code()).isEqualTo(1009);
    }
  }

  @Test
  void aPageIsToldByeBeforeTheClose() throws IOException {
    try (RawSocketClient line = RawSocketClient.openPage(war.door("line"), 0)) {
      line.text("{\"hello\":{}}");
      assertThat(line.readText()).startsWith("{\"welcome\"");
      line.text("x".repeat(MAX_MESSAGE + 1));
      assertThat(line.readText())
          .isEqualTo("{\"bye\":{\"code\":1009,\"reason\":\"message must have at most 65536 bytes\","
              + "\"reconnect\":true,\"delay\":0}}");
      assertThat(line.readClose().code()).isEqualTo(1009);
    }
  }

  @Test
  void aLongerMessageInFragmentsIsClosedWith1009() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("wss"))) {
      line.readText(); // the greeting
      byte[] part = "x".repeat(1_000).getBytes(StandardCharsets.UTF_8);
      line.frame(false, TEXT, part);
      for (int sent = 1; sent < 65; sent++) {
        line.frame(false, CONTINUATION, part);
      }
      line.frame(true, CONTINUATION, part);
      assertThat(line.readClose().code()).isEqualTo(1009);
    }
  }

  @Test
  void aMessageThatNeverEndsIsClosedWith1009() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
      line.bytes(RawSocketClient.head(true, TEXT, 1L << 40));
      line.bytes(new byte[MAX_MESSAGE + 16 * 1024]);
      assertThat(line.read().code()).isEqualTo(1009);
    }
  }

  @Test
  void asManyFragmentsAsAllowedAreOneMessage() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("wss"))) {
      line.readText(); // the greeting
      line.frame(false, TEXT, (byte) 'x');
      for (int sent = 1; sent < MAX_FRAGMENTS - 1; sent++) {
        line.frame(false, CONTINUATION, (byte) 'x');
      }
      line.frame(true, CONTINUATION, (byte) 'x');
      assertThat(line.readText()).isEqualTo("Server: Received(" + "x".repeat(MAX_FRAGMENTS) + ")");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", ""})
  void moreFragmentsAreClosedWith1009(String part) throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      line.frame(false, TEXT, bytes);
      for (int sent = 1; sent <= MAX_FRAGMENTS; sent++) {
        line.frame(false, CONTINUATION, bytes);
      }
      assertThat(line.readClose())
          .isEqualTo(new Closed(1009, "message must have at most 1024 fragments"));
    }
  }

  @Test
  void fragmentsOfACharacterMakeTheCharacterAndControlFramesMayComeBetween() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("wss"))) {
      line.readText(); // the greeting
      byte[] panda = "🐼".getBytes(StandardCharsets.UTF_8);
      line.frame(false, TEXT, panda[0]);
      line.frame(false, CONTINUATION, panda[1], panda[2]);
      line.frame(true, PING, (byte) 1);
      assertThat(line.read().opcode()).isEqualTo(RawSocketClient.PONG);
      line.frame(true, CONTINUATION, panda[3]);
      assertThat(line.readText()).isEqualTo("Server: Received(🐼)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"updatewebsocket", "line"})
  void aBinaryFrameIsClosedWith1003(String door) throws IOException {
    try (RawSocketClient line = RawSocketClient.openPage(war.door(door), 0)) {
      line.frame(true, BINARY, (byte) 1, (byte) 2);
      assertThat(line.readCloseAtLast()).isEqualTo(new Closed(1003, "text frames only"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0xff, 0xc0, 0xed})
  void invalidUtf8IsClosedWith1007(int start) throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
      line.frame(true, TEXT, (byte) start, (byte) 0xa0, (byte) 0x80);
      assertThat(line.readClose().code()).isEqualTo(1007);
    }
  }

  @Test
  void anUnmaskedFrameEndsTheConnection() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
      line.bytes((byte) 0x81, (byte) 1, (byte) 'x');
      assertThat(line.readClose().code()).isEqualTo(1002);
    }
  }

  @Test
  void bytesThatAreNoHttpAreNoTrouble() throws IOException {
    try (RawSocketClient client = RawSocketClient.connect(war.door("line"))) {
      client.bytes("\u0016\u0003\u0001 not http\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      assertThat(client.answer().status()).isEqualTo(400);
    }
  }

  @Test
  void tooManyRefusedCommandsInARowAreClosedWith4507() {
    WebSocketRecorder line = page();
    for (int i = 1; i < 64; i++) {
      line.send("nonsense");
      assertThat(line.object()).startsWith("{\"error\":{\"code\":\"malformed\"");
    }
    line.send("nonsense"); // the last one is answered by the bye
    assertThat(line.object())
        .isEqualTo("{\"bye\":{\"code\":4507,\"reason\":\"64 refused commands in a row\","
            + "\"reconnect\":false,\"delay\":0}}");
    assertThat(line.closed().code()).isEqualTo(4507);
  }

  @Test
  void refusedCommandsBetweenGoodOnesAreNoReasonToClose() {
    WebSocketRecorder line = page();
    for (int i = 0; i < 200; i++) {
      line.send(i % 50 == 49 ? "{\"probe\":1}" : "nonsense");
      assertThat(line.object()).startsWith(i % 50 == 49 ? "{\"probed\":1}" : "{\"error\":");
    }
    line.assertPageLives();
  }

  @Test
  void whoAsksWithoutReadingLosesHisOwnLineOnly() throws Exception {
    try (RawSocketClient line = RawSocketClient.open(war.door("wss"), 4 * 1024)) {
      String question = "x".repeat(MAX_MESSAGE - 100);
      assertThat(endsWhile(() -> line.text(question))).isTrue();
    }
  }

  @Test
  void whoPingsWithoutReadingLosesHisOwnLineOnly() throws Exception {
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"), 4 * 1024)) {
      byte[] payload = new byte[125];
      assertThat(endsWhile(() -> line.frame(true, PING, payload))).isTrue();
    }
  }

  private interface Sending {
    void send() throws IOException;
  }

  /** Sends until the connection is gone, watching that the bystanders are served meanwhile. */
  private boolean endsWhile(Sending sending)
      throws IOException, InterruptedException, ExecutionException {
    CompletableFuture<Boolean> end = CompletableFuture.supplyAsync(() -> {
      try {
        while (true) {
          sending.send();
        }
      } catch (IOException e) {
        return true;
      }
    });
    for (int i = 0; i < 100; i++) {
      war.publish("updates", String.valueOf(i));
      assertThat(rawBystander.frame()).isEqualTo(String.valueOf(i));
      assertThat(pageBystander.object()).endsWith("\"data\":" + i + "}");
    }
    try {
      return end.get(4 * RunningWar.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return false;
    }
  }
}
