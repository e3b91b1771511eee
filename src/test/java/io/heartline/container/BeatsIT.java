package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Beats of both kinds, and what becomes of who does not answer them. */
@ExtendWith(ArquillianExtension.class)
class BeatsIT {
  private static final String NAME = "heartline-beats";
  private static final Closed NO_ANSWER = new Closed(4003, "no answer to beats");

  private final Deployed war = new Deployed(NAME);

  @Deployment(testable = false)
  static WebArchive heartline() {
    return Deployed.archive(
        NAME, "heartline.beat=1s", "heartline.beat.wss=1s", "heartline.grace=6s");
  }

  @Test
  void aPageThatAnswersBeatsStays() {
    WebSocketRecorder line = WebSocketRecorder.mutePage(war.door("line"));
    line.send("{\"hello\":{}}");
    assertThat(line.object()).contains("\"beat\":1000,\"grace\":6000");
    for (int i = 0; i < 3; i++) {
      assertThat(line.object()).matches("\\{\"beat\":\\d{13}}");
      line.send("{\"beat\":1}");
    }
    line.leave();
  }

  @Test
  void aPageThatNeverAnswersIsToldByeAndClosedWith4003() {
    WebSocketRecorder line = WebSocketRecorder.mutePage(war.door("line"));
    line.send("{\"hello\":{}}");
    assertThat(line.object()).startsWith("{\"welcome\":{");
    String object = line.object();
    while (object.startsWith("{\"beat\":")) {
      object = line.object();
    }
    assertThat(object)
        .isEqualTo("{\"bye\":{\"code\":4003,\"reason\":\"no answer to beats\",\"reconnect\":true,"
            + "\"delay\":0}}");
    assertThat(line.closed()).isEqualTo(NO_ANSWER);
  }

  @Test
  void aRawLineGetsProtocolPingsAndAPongKeepsIt() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
      for (int i = 0; i < 3; i++) {
        line.answerPing();
      }
    }
  }

  @Test
  void aRawLineThatDoesNotPongIsClosedWith4003() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
      assertThat(line.read().opcode()).isEqualTo(RawSocketClient.PING);
      assertThat(line.readCloseAtLast()).isEqualTo(NO_ANSWER);
    }
  }

  @Test
  void textBeatsComeToWhoAsksForThem() {
    WebSocketRecorder line = WebSocketRecorder.raw(war.door("updatewebsocket?beat=1"));
    assertThat(line.frame()).isEqualTo("HeartBeat");
    assertThat(line.frame()).isEqualTo("HeartBeat");
    line.leave();
  }
}
