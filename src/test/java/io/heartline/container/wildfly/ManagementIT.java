package io.heartline.container.wildfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.container.Contract;
import io.heartline.container.Deployed;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Watched and steered through the port that jboss-cli and the web console use too. */
@ExtendWith(ArquillianExtension.class)
class ManagementIT {
  private static final String NAME = "heartline-managed";
  private static final String STRING = String.class.getName();

  private final Deployed war = new Deployed(NAME);
  private final ObjectName bean = Jmx.bean(NAME);

  @ArquillianResource
  private Deployer deployer;

  @Deployment(name = NAME, managed = false, testable = false)
  static WebArchive heartline() {
    return Deployed.archive(NAME, "heartline.beat=1h", "heartline.first-frame=1h");
  }

  @Test
  void theBeanShowsSetsAndDoesAndIsGoneAfterTheUndeploy() throws IOException, JMException {
    try (Jmx jmx = new Jmx()) {
      deployer.deploy(NAME);
      try {
        assertThat(jmx.threads()).isNotEmpty();
        showsLinesAndPublishes(jmx);
        disconnects(jmx);
        setsTheBeat(jmx);
      } finally {
        deployer.undeploy(NAME);
      }
      assertThat(jmx.server.isRegistered(bean)).isFalse();
      Contract.eventually("all threads end", () -> noThreads(jmx));
    }
  }

  private void showsLinesAndPublishes(Jmx jmx) throws IOException, JMException {
    WebSocketRecorder page = Contract.subscriber(war, "updates");
    assertThat(jmx.server.getAttribute(bean, "Ready")).isEqualTo(true);
    assertThat(jmx.server.getAttribute(bean, "Lines")).isEqualTo(1);
    Object position = jmx.server.invoke(
        bean, "publish", new Object[] {"updates", "plain words"}, new String[] {STRING, STRING});
    assertThat(page.object())
        .contains("\"position\":\"" + position + "\"")
        .endsWith("\"data\":\"plain words\"}");
    assertThat(jmx.server.getAttribute(bean, "Publications")).isEqualTo(1L);
    page.leave();
  }

  private void disconnects(Jmx jmx) throws IOException, JMException {
    Guest ann = war.guest();
    WebSocketRecorder page = Contract.page(war, "Cookie", ann.cookie());
    assertThat(jmx.server.invoke(
            bean, "disconnectUser", new Object[] {ann.user()}, new String[] {STRING}))
        .isEqualTo(1);
    assertThat(page.object()).startsWith("{\"bye\":{\"code\":4501,");
    assertThat(page.closed()).isEqualTo(new Closed(4501, "disconnected by an operator"));
    // The server counts a line once the page has answered the close, which the page sees earlier.
    Contract.eventually("the line is counted", () -> closedByCode(jmx).contains("4501=1"));
    assertThat((String) jmx.server.getAttribute(bean, "ClosedByCause")).contains("=1");
    assertThat(jmx.server.getAttribute(bean, "Publishing")).isEqualTo(true);
    assertThat(jmx.server.getAttribute(bean, "Problem")).isEqualTo("");
  }

  private void setsTheBeat(Jmx jmx) throws IOException, JMException {
    jmx.server.setAttribute(bean, new Attribute("BeatMillis", 1_000L));
    WebSocketRecorder page = WebSocketRecorder.mutePage(war.door("line"));
    page.send("{\"hello\":{}}");
    assertThat(page.object()).contains("\"beat\":1000,");
    assertThat(page.object()).startsWith("{\"beat\":");
    page.leave();
    assertThatThrownBy(() -> jmx.server.setAttribute(bean, new Attribute("BeatMillis", 999L)))
        .hasStackTraceContaining("BeatMillis must be at least 1000: 999");
  }

  private String closedByCode(Jmx jmx) throws IOException {
    try {
      return (String) jmx.server.getAttribute(bean, "ClosedByCode");
    } catch (JMException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean noThreads(Jmx jmx) throws IOException {
    try {
      return jmx.threads().isEmpty();
    } catch (JMException e) {
      throw new AssertionError(e);
    }
  }
}
