package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar.Guest;
import java.io.IOException;
import java.net.URI;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Clients that vanish without a FIN: the socket stays open, nothing is read and nothing is sent, as
 * behind a cut cable. There is room for one line only, its seat is not given away, and no holder is
 * given up for a newcomer's sake: whoever comes next is served once the dead line was found, and
 * not before.
 */
@ExtendWith(ArquillianExtension.class)
class HalfOpenIT {
  private static final String NAME = "heartline-half-open";

  private final Deployed war = new Deployed(NAME);
  private Guest ann;

  /** Never touched again once it is open. */
  private RawSocketClient vanished;

  @Deployment(testable = false)
  static WebArchive heartline() {
    return Deployed.archive(
        NAME,
        "heartline.lines=1",
        "heartline.beat=1s",
        "heartline.grace=2s",
        "heartline.no-progress=1s",
        "heartline.first-frame=1h",
        "heartline.probe=1h",
        "heartline.seats.line=oldest",
        "heartline.seats.user-channel=oldest");
  }

  /** Nobody is told who they are while there is no room: the last test's line must be gone. */
  @BeforeEach
  void newGuest() throws IOException {
    Contract.eventually(
        "the line of the test before is gone", () -> war.get("api/whoami").statusCode() != 503);
    ann = war.guest();
  }

  @AfterEach
  void nobodyStays() throws IOException {
    vanished.close();
  }

  @Test
  void aSilentPageIsFoundByItsUnansweredBeat() throws IOException {
    vanishingPage();
    assertThatThePageIsFollowed();
  }

  @Test
  void aPageIsFoundWhilePublicationsFlowToIt() throws IOException {
    vanishingPage();
    flood("public:flood");
    assertThatThePageIsFollowed();
  }

  @Test
  void aSilentRawLineIsFoundByItsUnansweredPing() throws IOException {
    vanishingRawLine();
    assertThatTheRawLineIsFollowed();
  }

  @Test
  void aRawLineIsFoundWhilePublicationsFlowToIt() throws IOException {
    vanishingRawLine();
    flood("user:" + ann.user());
    assertThatTheRawLineIsFollowed();
  }

  private void vanishingPage() throws IOException {
    vanished = nextLine(war.door("line"), "Sec-WebSocket-Protocol", "heartline.v1");
    vanished.text("{\"hello\":{}}\n{\"subscribe\":\"public:flood\"}");
    String answer = vanished.readText();
    assertThat(answer.contains("subscribed") ? answer : vanished.readText())
        .contains("{\"subscribed\":\"public:flood\"");
  }

  private void vanishingRawLine() throws IOException {
    vanished = nextLine(war.door("ws/user-channel"));
    vanished.assertRawLives();
  }

  /** More than all buffers between server and client hold: the last write stands. */
  private void flood(String channel) throws IOException {
    for (int i = 0; i < 120; i++) {
      war.publish(channel, "\"" + "x".repeat(10_000) + "\"");
    }
  }

  private void assertThatThePageIsFollowed() throws IOException {
    try (RawSocketClient next =
        nextLine(war.door("line"), "Sec-WebSocket-Protocol", "heartline.v1")) {
      next.text("{\"hello\":{}}");
      assertThat(next.readText()).startsWith("{\"welcome\":{");
    }
  }

  private void assertThatTheRawLineIsFollowed() throws IOException {
    try (RawSocketClient next = nextLine(war.door("ws/user-channel"))) {
      next.assertRawLives();
      war.publish("user:" + ann.user(), "\"to who sits here\"");
      assertThat(next.readText()).isEqualTo("to who sits here");
    }
  }

  /** Opens a line of Ann's, as soon as there is room. */
  private RawSocketClient nextLine(URI door, String... headers) throws IOException {
    String[] all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 2, headers.length);
    all[0] = "Cookie";
    all[1] = ann.cookie();
    RawSocketClient[] open = new RawSocketClient[1];
    Contract.eventually("a line that is gone makes room", () -> {
      RawSocketClient client = RawSocketClient.connect(door);
      int status = client.handshake(door, all).status();
      assertThat(status).isIn(101, 503);
      if (status == 101) {
        open[0] = client;
        return true;
      }
      client.close();
      return false;
    });
    return open[0];
  }
}
