package io.heartline.container;

import static io.heartline.testing.RawSocketClient.BINARY;
import static io.heartline.testing.RawSocketClient.CONTINUATION;
import static io.heartline.testing.RawSocketClient.PING;
import static io.heartline.testing.RawSocketClient.PONG;
import static io.heartline.testing.RawSocketClient.TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Flood;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Big, split and bad messages: the same answer and the same close code everywhere, and nobody else
 * is harmed.
 */
@ExtendWith(ArquillianExtension.class)
class MessagesIT {
  private static final String NAME = "heartline-messages";
  private static final int MAX_MESSAGE = 64 * 1024;
  private static final int MAX_FRAGMENTS = 1024;
  private static final String RAW = "updatewebsocket";

  private final Deployed war = new Deployed(NAME);
  private WebSocketRecorder bystander;

  @Deployment(testable = false)
  static WebArchive heartline() {
    return Deployed.archive(
        NAME, "heartline.beat=1h", "heartline.beat.wss=1h", "heartline.first-frame=1h");
  }

  @BeforeEach
  void somebodyElseReads() {
    bystander = Contract.subscriber(war, "public:bystanders");
  }

  @AfterEach
  void somebodyElseGoesOnReading() throws IOException {
    war.publish("public:bystanders", "\"after\"");
    assertThat(bystander.object()).endsWith("\"data\":\"after\"}");
    bystander.assertPageLives();
    bystander.leave();
  }

  private RawSocketClient mini() throws IOException {
    RawSocketClient line = RawSocketClient.open(war.door("wss"));
    assertThat(line.readText()).startsWith("Server: ");
    return line;
  }

  /** Through its API, and with buffers of 1 KiB as here, Tomcat would send twenty. */
  @Test
  void aPublicationLeavesAsOneFrame() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door(RAW))) {
      line.assertRawLives();
      war.publish("updates", '"' + Flood.FILLING + '"');
      RawSocketClient.Frame frame = line.read();
      assertThat(frame.fin()).isTrue();
      assertThat(frame.text().equals(Flood.FILLING)).as("all of the text").isTrue();
    }
  }

  @Test
  void aBigPublicationArrivesWholeAtBothKindsOfLines(TestInfo test) throws IOException {
    String text = "a" + "🐼你é".repeat(20_000); // 180 KB
    WebSocketRecorder raw = WebSocketRecorder.raw(war.door(RAW));
    raw.assertRawLives();
    WebSocketRecorder page = Contract.subscriber(war, "updates");
    for (int i = 0; i < 3; i++) {
      war.publish("updates", '"' + text + '"');
    }
    for (int i = 0; i < 3; i++) {
      assertThat(raw.frame().equals(text)).as("the raw line's text is the same").isTrue();
      assertThat(page.object().endsWith("\"data\":\"" + text + "\"}"))
          .as("the page's text is the same")
          .isTrue();
    }
    raw.assertRawLives();
    page.assertPageLives();
    raw.leave();
    page.leave();
  }

  @Test
  void aMessageOfTheGreatestSizeIsTaken() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door(RAW))) {
      line.text("é".repeat(MAX_MESSAGE / 2));
      line.assertRawLives();
    }
  }

  @Test
  void aLongMessageIsAnsweredWhole() throws IOException {
    try (RawSocketClient line = mini()) {
      String text = "🐼你é".repeat(6_000);
      line.text(text);
      assertThat(line.readText().equals("Server: Received(" + text + ")")).isTrue();
    }
  }

  @Test
  void fragmentsOfACharacterMakeTheCharacterAndControlFramesMayComeBetween() throws IOException {
    try (RawSocketClient line = mini()) {
      byte[] panda = "🐼".getBytes(UTF_8);
      line.frame(false, TEXT, panda[0]);
      line.frame(false, CONTINUATION, panda[1], panda[2]);
      line.frame(true, PING, (byte) 1);
      assertThat(line.read().opcode()).isEqualTo(PONG);
      line.frame(true, CONTINUATION, panda[3]);
      assertThat(line.readText()).isEqualTo("Server: Received(🐼)");
    }
  }

  @Test
  void asManyFragmentsAsAllowedAreOneMessage() throws IOException {
    try (RawSocketClient line = mini()) {
      line.frame(false, TEXT, (byte) 'x');
      for (int sent = 2; sent < MAX_FRAGMENTS; sent++) {
        line.frame(false, CONTINUATION, (byte) 'x');
      }
      line.frame(true, CONTINUATION, (byte) 'x');
      assertThat(line.readText()).isEqualTo("Server: Received(" + "x".repeat(MAX_FRAGMENTS) + ")");
    }
  }

  /** Of empty ones Undertow tells nobody, and keeps nothing either. */
  @Test
  void moreFragmentsAreClosedWith1009() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door(RAW))) {
      line.frame(false, TEXT, (byte) 'x');
      for (int sent = 1; sent <= MAX_FRAGMENTS; sent++) {
        line.frame(false, CONTINUATION, (byte) 'x');
      }
      assertThat(line.readClose())
          .isEqualTo(new Closed(1009, "message must have at most 1024 fragments"));
    }
  }

  @Test
  void aLongerMessageInOneFrameIsClosedWith1009AndAPageIsToldBye() throws IOException {
    try (RawSocketClient raw = RawSocketClient.open(war.door(RAW));
        RawSocketClient page = RawSocketClient.openPage(war.door("line"), 0)) {
      raw.text("x".repeat(MAX_MESSAGE + 1));
      assertThat(raw.readClose())
          .isEqualTo(new Closed(1009, "message must have at most 65536 bytes"));
      page.text("{\"hello\":{}}");
      assertThat(page.readText()).startsWith("{\"welcome\"");
      page.text("你".repeat(MAX_MESSAGE / 3 + 1));
      assertThat(page.readText())
          .isEqualTo("{\"bye\":{\"code\":1009,\"reason\":\"message must have at most 65536 bytes\","
              + "\"reconnect\":true,\"delay\":0}}");
      assertThat(page.readClose().code()).isEqualTo(1009);
    }
  }

  @Test
  void aLongerMessageInFragmentsIsClosedWith1009() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door(RAW))) {
      byte[] part = "x".repeat(1_000).getBytes(UTF_8);
      line.frame(false, TEXT, part);
      for (int sent = 1; sent < 66; sent++) {
        line.frame(false, CONTINUATION, part);
      }
      assertThat(line.readClose().code()).isEqualTo(1009);
    }
  }

  /** Together more than the container has memory. */
  @Test
  void messagesThatNeverEndAreClosedWith1009AndKeptNowhere() throws IOException {
    List<RawSocketClient> flood = new ArrayList<>();
    List<Thread> senders = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        RawSocketClient line = RawSocketClient.open(war.door(RAW));
        flood.add(line);
        Thread sender = new Thread(() -> sendTwentyMegabytes(line), "flood " + i);
        sender.setDaemon(true);
        sender.start();
        senders.add(sender);
      }
      for (RawSocketClient line : flood) {
        assertThat(line.read().code()).isEqualTo(1009);
      }
    } finally {
      for (RawSocketClient line : flood) {
        line.close();
      }
    }
    assertThat(war.get("health/ready").statusCode()).isEqualTo(200);
  }

  /** One frame, the first of its message, as far as the server lets it come. */
  private static void sendTwentyMegabytes(RawSocketClient line) {
    try {
      line.bytes(RawSocketClient.head(false, TEXT, 20 << 20));
      byte[] part = "x".repeat(1 << 20).getBytes(UTF_8);
      for (int sent = 0; sent < 20; sent++) {
        line.bytes(part);
      }
    } catch (IOException e) {
      // The server was right to hang up.
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {RAW, "line"})
  void aBinaryFrameIsClosedWith1003(String door) throws IOException {
    try (RawSocketClient line = RawSocketClient.openPage(war.door(door), 0)) {
      line.frame(true, BINARY, (byte) 1, (byte) 2);
      assertThat(line.readCloseAtLast()).isEqualTo(new Closed(1003, "text frames only"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0xff, 0xc0, 0xed})
  void invalidUtf8IsClosedWith1007(int start) throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door(RAW))) {
      line.frame(true, TEXT, (byte) start, (byte) 0xa0, (byte) 0x80);
      assertThat(line.readClose().code()).isEqualTo(1007);
    }
  }

  @Test
  void tooManyRefusedCommandsInARowAreClosedWith4507() {
    WebSocketRecorder line = Contract.page(war);
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
}
