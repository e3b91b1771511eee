package io.heartline.container.wildfly;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.container.Contract;
import io.heartline.container.Deployed;
import io.heartline.testing.WebSocketRecorder;
import java.net.URI;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * WildFly ends a WebSocket from which it has read nothing for its listener's read-timeout. Here
 * through a listener where that is 4 s, in the shipped file 180 s.
 */
@ExtendWith(ArquillianExtension.class)
class ReadTimeoutIT {
  private static final String BEATING = "heartline-beating";
  private static final String QUIET = "heartline-quiet";
  private static final int READ_TIMEOUT = 4_000;

  @Deployment(name = BEATING, testable = false)
  static WebArchive beating() {
    return Deployed.archive(BEATING, "heartline.beat=1s", "heartline.grace=1m");
  }

  @Deployment(name = QUIET, testable = false)
  static WebArchive quiet() {
    return Deployed.archive(QUIET, "heartline.beat=1h", "heartline.first-frame=1h");
  }

  private static URI impatient(String deployment, String door) {
    String usual = new Deployed(deployment).door(door).toString();
    return URI.create(usual.replaceFirst(
        ":\\d+/", ":" + Integer.getInteger("heartline.container.impatient") + "/"));
  }

  @Test
  void linesWhoseClientsOnlyAnswerBeatsOutliveIt() {
    WebSocketRecorder page = WebSocketRecorder.page(impatient(BEATING, "line"));
    page.send("{\"hello\":{}}");
    assertThat(page.object()).startsWith("{\"welcome\":{");
    WebSocketRecorder raw = WebSocketRecorder.raw(impatient(BEATING, "updatewebsocket"));
    Contract.pause(3 * READ_TIMEOUT);
    page.assertPageLives();
    raw.assertRawLives();
    page.leave();
    raw.leave();
  }

  @Test
  void withoutBeatsItEndsAQuietLine() {
    WebSocketRecorder raw = WebSocketRecorder.raw(impatient(QUIET, "updatewebsocket"));
    assertThat(raw.closed().code()).isEqualTo(1006);
  }
}
