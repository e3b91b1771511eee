package io.heartline.container.wildfly;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.container.Contract;
import io.heartline.container.Deployed;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import javax.management.JMException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A suspended WildFly closes all WebSockets itself, at once; a drain before it says good-bye. */
@ExtendWith(ArquillianExtension.class)
class SuspendIT {
  private static final String SUSPENDED = "heartline-suspended";
  private static final String DRAINED = "heartline-drained";
  private static final Closed BY_WILDFLY = new Closed(1001, "");

  @Deployment(name = SUSPENDED, testable = false)
  static WebArchive suspended() {
    return Deployed.archive(SUSPENDED, "heartline.beat=1h", "heartline.first-frame=1h");
  }

  @Deployment(name = DRAINED, testable = false)
  static WebArchive drained() {
    return Deployed.archive(DRAINED, "heartline.beat=1h", "heartline.first-frame=1h");
  }

  @Test
  void suspendingClosesLinesWith1001AndResumingLetsThemInAgain() throws IOException, JMException {
    Deployed war = new Deployed(SUSPENDED);
    WebSocketRecorder page = Contract.subscriber(war, "updates");
    WebSocketRecorder raw = WebSocketRecorder.raw(war.door("updatewebsocket"));
    raw.assertRawLives();
    try (Jmx jmx = new Jmx()) {
      try {
        jmx.suspend();
        assertThat(page.closed()).isEqualTo(BY_WILDFLY); // no bye before it
        assertThat(raw.closed()).isEqualTo(BY_WILDFLY);
        assertThat(war.get("health/ready").statusCode()).isEqualTo(503);
        Contract.eventually("lines that WildFly closed are not counted", () -> noLines(jmx));
      } finally {
        jmx.resume();
      }
    }
    Contract.eventually("ready again", () -> war.get("health/ready").statusCode() == 200);
    WebSocketRecorder back = Contract.subscriber(war, "updates");
    war.publish("updates", "\"again\"");
    assertThat(back.object()).endsWith("\"data\":\"again\"}");
    back.leave();
  }

  private static boolean noLines(Jmx jmx) throws IOException {
    try {
      return jmx.server.getAttribute(Jmx.bean(SUSPENDED), "Lines").equals(0);
    } catch (JMException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void drainedBeforehandLinesAreToldWhenToComeBack() throws IOException, JMException {
    Deployed war = new Deployed(DRAINED);
    WebSocketRecorder page = Contract.page(war);
    WebSocketRecorder raw = WebSocketRecorder.raw(war.door("updatewebsocket"));
    raw.assertRawLives();
    try (Jmx jmx = new Jmx()) {
      assertThat(jmx.server.invoke(
              Jmx.bean(DRAINED), "drain", new Object[] {1}, new String[] {int.class.getName()}))
          .isEqualTo(2);
      assertThat(page.object()).startsWith("{\"bye\":{\"code\":4000,").contains("\"delay\":");
      assertThat(page.closed().code()).isEqualTo(4000);
      assertThat(raw.closed().code()).isEqualTo(1012);
      try {
        jmx.suspend();
      } finally {
        jmx.resume();
      }
    }
    // A drain holds until the next start, whatever the server does.
    Contract.eventually("resumed", () -> war.get("health/live").statusCode() == 200);
    assertThat(war.get("health/ready").statusCode()).isEqualTo(503);
  }
}
