package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.AskedApplication;
import io.heartline.testing.Json;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.StompRecorder;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Undeployed and deployed again while lines are open; drained before. */
@ExtendWith(ArquillianExtension.class)
class RedeployIT {
  private static final String NAME = "heartline-redeploy";
  private static final Closed STOPS = new Closed(1012, "server stops");

  /** It ends with the process: a test that is tried again finds it. */
  private static final AskedApplication APPLICATION = new AskedApplication();

  private final Deployed war = new Deployed(NAME);

  @ArquillianResource
  private Deployer deployer;

  @Deployment(name = NAME, managed = false, testable = false)
  static WebArchive heartline() {
    return Deployed.archive(
        NAME,
        "heartline.beat=1h",
        "heartline.first-frame=1h",
        "heartline.drain.window=20s",
        "heartline.api.scopes=publish,drain",
        "heartline.stomp.send=/app/*=" + APPLICATION.url("/stomp"),
        "heartline.stomp.callback.timeout=1h");
  }

  private static void assertToldToComeBack(WebSocketRecorder page) {
    String bye = page.object();
    assertThat(bye)
        .startsWith("{\"bye\":{\"code\":1012,\"reason\":\"server stops\",\"reconnect\":true");
    assertThat(Integer.parseInt(Json.field(bye, "delay"))).isBetween(0, 20_000);
    assertThat(page.closed()).isEqualTo(STOPS);
  }

  @Test
  void linesAreClosedWith1012AtEachUndeployAndOpenAgainAfterwards() throws IOException {
    String before = "";
    for (int round = 0; round < 2; round++) {
      deployer.deploy(NAME);
      try {
        Guest ann = war.guest();
        WebSocketRecorder page = Contract.subscriber(war, "updates");
        WebSocketRecorder named = Contract.page(war, "Cookie", ann.cookie());
        WebSocketRecorder raw = WebSocketRecorder.raw(war.door("updatewebsocket"));
        WebSocketRecorder user =
            WebSocketRecorder.raw(war.door("ws/user-channel"), "Cookie", ann.cookie());
        RawSocketClient silent = RawSocketClient.open(war.door("updatewebsocket"));
        raw.assertRawLives();
        user.assertRawLives();
        if (!before.isEmpty()) { // logs outlive the deployment
          WebSocketRecorder back = Contract.page(war);
          back.send("{\"subscribe\":\"updates\",\"after\":\"" + before + "\"}");
          assertThat(back.object()).endsWith("\"position\":\"" + before + "\",\"recovered\":true}");
          back.leave();
        }
        before = war.publish("updates", "\"last\"");
        assertThat(page.object()).endsWith("\"data\":\"last\"}");
        assertThat(raw.frame()).isEqualTo("last");
        assertThat(user.frame()).isEqualTo("last");
        deployer.undeploy(NAME);
        assertToldToComeBack(page);
        assertToldToComeBack(named);
        assertThat(raw.closed()).isEqualTo(STOPS);
        assertThat(user.closed()).isEqualTo(STOPS);
        assertThat(silent.readCloseAtLast()).isEqualTo(STOPS);
        silent.close();
      } catch (AssertionError | IOException e) {
        deployer.undeploy(NAME);
        throw e;
      }
    }
  }

  /** The application has not answered, and may never do so. */
  @Test
  void aCallToTheApplicationIsGivenUpAtAnUndeploy() {
    for (int round = 0; round < 2; round++) {
      deployer.deploy(NAME);
      try {
        APPLICATION.answers(200, "{\"channel\":\"updates\",\"data\":\"taken\"}");
        WebSocketRecorder raw = WebSocketRecorder.listening(war.door("updatewebsocket"));
        StompRecorder line = StompRecorder.connected(war.door("stomp"));
        line.sendTo("/app/a", "1");
        line.assertReceipt();
        assertThat(raw.frame()).isEqualTo("taken");
        assertThat(APPLICATION.asked().body()).endsWith(",\"data\":1}");
        APPLICATION.hold();
        line.sendTo("/app/a", "2");
        assertThat(APPLICATION.asked().body()).endsWith(",\"data\":2}");
        deployer.undeploy(NAME);
        assertThat(line.closed()).isEqualTo(STOPS);
        assertThat(raw.closed()).isEqualTo(STOPS);
      } catch (AssertionError e) {
        deployer.undeploy(NAME);
        throw e;
      } finally {
        APPLICATION.release();
      }
    }
    APPLICATION.assertAskedNothing();
  }

  @Test
  void drainingTellsLinesWhenToComeBackAndTakesNoNewOnes() throws IOException {
    deployer.deploy(NAME);
    try {
      WebSocketRecorder page = Contract.page(war);
      WebSocketRecorder raw = WebSocketRecorder.raw(war.door("updatewebsocket"));
      raw.assertRawLives();
      assertThat(war.post("api/drain?window=1", "").statusCode()).isEqualTo(202);
      assertThat(page.object()).startsWith("{\"bye\":{\"code\":4000,").contains("\"delay\":");
      assertThat(page.closed().code()).isEqualTo(4000);
      assertThat(raw.closed()).isEqualTo(STOPS); // the word that raw clients know
      assertThat(war.get("health/ready").statusCode()).isEqualTo(503);
      try (RawSocketClient late = RawSocketClient.connect(war.door("line"))) {
        assertThat(late.handshake(war.door("line")).status()).isEqualTo(503);
      }
      assertThat(war.delete("api/drain").body()).isEqualTo("{\"drained\":true}");
      assertThat(war.get("health/ready").statusCode()).isEqualTo(200);
      Contract.page(war).leave();
    } finally {
      deployer.undeploy(NAME);
    }
  }
}
