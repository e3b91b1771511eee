package io.heartline.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes that are no UTF-8 are refused at every address, and never become other characters: two
 * readers that mend them differently read two different names.
 */
class BrokenUtf8IT {
  @TempDir
  static Path folder;

  private static RunningWar war;

  private WebSocketRecorder bystander;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder);
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  @BeforeEach
  void somebodyReads() {
    bystander = WebSocketRecorder.listening(war.door("updatewebsocket"));
  }

  @AfterEach
  void nothingOfItWasPublishedAndTheReaderLives() throws IOException {
    war.publish("updates", "\"after\"");
    assertThat(bystander.frame()).isEqualTo("after");
    bystander.leave();
  }

  /** Unknown bytes, cut characters, longer forms than needed, halves of characters, too large. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ff",
        "fe",
        "80",
        "bf",
        "c3",
        "e2 82",
        "f0 9f 92",
        "c3 28",
        "e2 28 a1",
        "f0 28 8c bc",
        "c0 80",
        "c1 bf",
        "c0 af",
        "e0 80 80",
        "e0 9f bf",
        "f0 80 80 80",
        "f0 8f bf bf",
        "ed a0 80",
        "ed bf bf",
        "ed a0 bd ed b8 80",
        "f4 90 80 80",
        "f5 80 80 80",
        "f8 88 80 80 80",
        "fc 84 80 80 80 80",
      })
  void isRefusedAtEveryAddress(String hex) throws IOException {
    byte[] broken = HexFormat.ofDelimiter(" ").parseHex(hex);
    socket("updatewebsocket", "chat", around("x", broken, "y"));
    socket("line", "heartline.v1", around("{\"subscribe\":\"", broken, "\"}"));
    socket("stomp", "v12.stomp", around("SUBSCRIBE\nid:1\ndestination:/topic/", broken, "\n\n\0"));
    socket(
        "sockjs/a/u" + hex.replace(" ", "") + "/websocket", "chat", around("[\"", broken, "\"]"));
    stompInBinary(broken);
    publish(around("{\"channel\":\"updates\",\"data\":\"", broken, "\"}"));
    publish(around("{\"messages\":[{\"channel\":\"updates\",\"data\":\"", broken, "\"}]}"));
    sockJs(hex.replace(" ", ""), around("[\"", broken, "\"]"));
    query("api/history?channel=public:", hex);
    query("events?channels=public:a&since=", hex);
    query("api/whoami?", hex);
  }

  private static byte[] around(String before, byte[] broken, String after) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(before.getBytes(ISO_8859_1));
    all.writeBytes(broken);
    all.writeBytes(after.getBytes(ISO_8859_1));
    return all.toByteArray();
  }

  private static void socket(String door, String subprotocol, byte[] text) throws IOException {
    try (RawSocketClient line =
        RawSocketClient.open(war.door(door), "Sec-WebSocket-Protocol", subprotocol)) {
      line.frame(true, RawSocketClient.TEXT, text);
      assertThat(line.readCloseAtLast().code()).as(door).isEqualTo(1007);
    }
  }

  /** Some clients of STOMP send it in binary frames, where the container looks at nothing. */
  private static void stompInBinary(byte[] broken) throws IOException {
    try (RawSocketClient line =
        RawSocketClient.open(war.door("stomp"), "Sec-WebSocket-Protocol", "v12.stomp")) {
      line.frame(
          true,
          RawSocketClient.BINARY,
          around("CONNECT\naccept-version:1.2\nhost:x\nlogin:", broken, "\n\n\0"));
      assertThat(line.readCloseAtLast().code()).isEqualTo(1007);
    }
  }

  private static void publish(byte[] body) throws IOException {
    var answer =
        RunningWar.send(war.publishRequest().POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("UTF-8");
  }

  private static void sockJs(String session, byte[] body) throws IOException {
    var path = "sockjs/updatewebsocket/a/x" + session;
    RunningWar.send(
        HttpRequest.newBuilder(war.http(path + "/xhr")).POST(HttpRequest.BodyPublishers.noBody()));
    var answer = RunningWar.send(HttpRequest.newBuilder(war.http(path + "/xhr_send"))
        .header("Content-Type", "text/plain")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    assertThat(answer.statusCode()).as("as clients of SockJS know it").isEqualTo(500);
    assertThat(answer.body()).contains("Broken JSON encoding");
  }

  private static void query(String path, String hex) throws IOException {
    assertThat(war.get(path + "%" + hex.replace(" ", "%")).statusCode()).isEqualTo(400);
  }
}
