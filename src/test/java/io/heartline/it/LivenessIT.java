package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dead line is noticed, a living one is left alone. */
class LivenessIT {
  private static final Closed NO_ANSWER = new Closed(4003, "no answer to beats");

  @TempDir
  static Path folder;

  private static RunningWar war;

  private Guest ann = new Guest("", "");

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(
        folder,
        "heartline.beat=1s",
        "heartline.beat.wss=1s",
        "heartline.grace=1s",
        "heartline.first-frame=1s",
        "heartline.seats.line=oldest");
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  @BeforeEach
  void newGuest() throws IOException {
    ann = war.guest();
  }

  private RawSocketClient halfOpenPage(String instance) throws IOException {
    RawSocketClient line = RawSocketClient.openPage(war.door("line"), 0, "Cookie", ann.cookie());
    line.text("{\"hello\":{\"instance\":\"" + instance + "\"}}");
    assertThat(line.readText())
        .startsWith("{\"welcome\":{")
        .contains("\"beat\":1000,\"grace\":1000");
    return line;
  }

  private void assertSeatIsFree() {
    WebSocketRecorder next = WebSocketRecorder.page(war.door("line"), "Cookie", ann.cookie());
    next.send("{\"hello\":{\"instance\":\"next\"}}");
    assertThat(next.object()).startsWith("{\"welcome\":{");
  }

  @Test
  void aPageThatAnswersBeatsStays() {
    WebSocketRecorder line = WebSocketRecorder.mutePage(war.door("line"));
    line.send("{\"hello\":{}}");
    assertThat(line.object()).startsWith("{\"welcome\":{");
    for (int i = 0; i < 4; i++) {
      assertThat(line.object()).matches("\\{\"beat\":\\d{13}}");
      line.send("{\"beat\":1}");
    }
    line.assertPageLives();
  }

  @Test
  void aPageThatReadsButNeverAnswersIsClosedWith4003() {
    WebSocketRecorder line = WebSocketRecorder.mutePage(war.door("line"));
    line.send("{\"hello\":{}}");
    assertThat(line.object()).startsWith("{\"welcome\":{");
    assertThat(line.object()).startsWith("{\"beat\":");
    assertThat(line.object())
        .isEqualTo("{\"bye\":{\"code\":4003,\"reason\":\"no answer to beats\",\"reconnect\":true,"
            + "\"delay\":0}}");
    assertThat(line.closed()).isEqualTo(NO_ANSWER);
  }

  @Test
  void aProtocolPongOfAPageIsNoAnswer() throws IOException {
    try (RawSocketClient line = halfOpenPage("frozen")) {
      assertThat(line.readText()).startsWith("{\"beat\":");
      line.frame(true, RawSocketClient.PONG);
      assertThat(line.readText()).startsWith("{\"bye\":{\"code\":4003,");
      assertThat(line.readClose()).isEqualTo(NO_ANSWER);
    }
  }

  @Test
  void aPageThatVanishedIsFoundAndItsSeatFreed() throws IOException {
    try (RawSocketClient vanished = halfOpenPage("vanished")) {
      assertThat(vanished.readCloseAtLast()).isEqualTo(NO_ANSWER);
      assertSeatIsFree();
    }
  }

  @Test
  void aPageThatVanishedIsFoundAlsoWhilePushesFlowToIt() throws IOException {
    try (RawSocketClient vanished = halfOpenPage("vanished")) {
      vanished.text("{\"subscribe\":\"user:" + ann.user() + "\"}");
      assertThat(vanished.readText()).startsWith("{\"subscribed\":");
      WebSocketRecorder clock = WebSocketRecorder.raw(war.door("updatewebsocket?beat=1"));
      for (int beats = 0; beats < 6; ) { // six seconds: a beat and a grace, three times over
        war.publish("{\"user\":\"" + ann.user() + "\",\"data\":\"for nobody\"}");
        war.publish("updates", "\"tick\"");
        for (String text = clock.frame(); !text.equals("tick"); text = clock.frame()) {
          assertThat(text).isEqualTo("HeartBeat");
          beats++;
        }
      }
      assertThat(vanished.readCloseAtLast()).isEqualTo(NO_ANSWER);
      assertSeatIsFree();
    }
  }

  @Test
  void aRawLineGetsProtocolPingsAndAPongKeepsIt() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
      for (int i = 0; i < 4; i++) {
        line.answerPing();
      }
      line.assertRawLives();
    }
  }

  @Test
  void aRawLineThatDoesNotPongIsClosedWith4003() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
      assertThat(line.read().opcode()).isEqualTo(RawSocketClient.PING);
      assertThat(line.readClose()).isEqualTo(NO_ANSWER);
    }
  }

  @Test
  void aRawLineThatOnlyTalksIsKept() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("wss"))) {
      assertThat(line.readText()).startsWith("Server: ");
      for (int i = 0; i < 4; i++) {
        assertThat(line.read().opcode()).isEqualTo(RawSocketClient.PING);
        line.text("HeartBeat");
        assertThat(line.readText()).isEqualTo("HeartBeat");
      }
    }
  }

  @Test
  void aPageThatSaysNothingIsClosedInTime() {
    WebSocketRecorder line = WebSocketRecorder.mutePage(war.door("line"));
    assertThat(line.closedAtLast()).isEqualTo(new Closed(4003, "no first frame in time"));
  }
}
