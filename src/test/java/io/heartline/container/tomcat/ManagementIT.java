package io.heartline.container.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.container.Contract;
import io.heartline.container.Deployed;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Watched and steered through JConsole's protocol and through the Manager's JMX proxy. */
@ExtendWith(ArquillianExtension.class)
class ManagementIT {
  private static final String NAME = "heartline-managed";
  private static final String STRING = String.class.getName();

  private final Deployed war = new Deployed(NAME);

  @Deployment(testable = false)
  static WebArchive heartline() {
    return Deployed.archive(NAME, "heartline.beat=1h", "heartline.first-frame=1h");
  }

  @Test
  void jmxShowsLinesAndPublications() throws IOException, JMException {
    try (Jmx jmx = new Jmx()) {
      ObjectName bean = Jmx.bean(NAME);
      int before = (Integer) jmx.server.getAttribute(bean, "Lines");
      WebSocketRecorder page = Contract.subscriber(war, "updates");
      assertThat(jmx.server.getAttribute(bean, "Lines")).isEqualTo(before + 1);
      long published = (Long) jmx.server.getAttribute(bean, "Publications");
      Object position = jmx.server.invoke(
          bean, "publish", new Object[] {"updates", "plain words"}, new String[] {STRING, STRING});
      assertThat(page.object())
          .contains("\"position\":\"" + position + "\"")
          .endsWith("\"data\":\"plain words\"}");
      assertThat(jmx.server.getAttribute(bean, "Publications")).isEqualTo(published + 1);
      assertThat(jmx.server.getAttribute(bean, "Ready")).isEqualTo(true);
      page.leave();
      Contract.eventually("the line that left is not counted", () -> lines(jmx, bean) == before);
    }
  }

  private static int lines(Jmx jmx, ObjectName bean) throws IOException {
    try {
      return (Integer) jmx.server.getAttribute(bean, "Lines");
    } catch (JMException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void jmxDisconnectsAUserWhoseLinesAreToldToStayAway() throws IOException, JMException {
    Guest ann = war.guest();
    WebSocketRecorder page = Contract.page(war, "Cookie", ann.cookie());
    WebSocketRecorder raw =
        WebSocketRecorder.raw(war.door("ws/user-channel"), "Cookie", ann.cookie());
    raw.assertRawLives();
    try (Jmx jmx = new Jmx()) {
      assertThat(jmx.server.invoke(
              Jmx.bean(NAME), "disconnectUser", new Object[] {ann.user()}, new String[] {STRING}))
          .isEqualTo(2);
    }
    assertThat(page.object()).startsWith("{\"bye\":{\"code\":4501,");
    assertThat(page.closed()).isEqualTo(new Closed(4501, "disconnected by an operator"));
    assertThat(raw.closed()).isEqualTo(new Closed(4500, "disconnected by an operator"));
  }

  @Test
  void jmxSetsTheBeatAndRefusesWhatIsTooShort() throws IOException, JMException {
    try (Jmx jmx = new Jmx()) {
      ObjectName bean = Jmx.bean(NAME);
      assertThat(jmx.server.getAttribute(bean, "BeatMillis")).isEqualTo(3_600_000L);
      jmx.server.setAttribute(bean, new Attribute("BeatMillis", 1_000L));
      WebSocketRecorder page = WebSocketRecorder.mutePage(war.door("line"));
      page.send("{\"hello\":{}}");
      assertThat(page.object()).contains("\"beat\":1000,");
      assertThat(page.object()).startsWith("{\"beat\":");
      page.leave();
      assertThatThrownBy(() -> jmx.server.setAttribute(bean, new Attribute("BeatMillis", 999L)))
          .hasStackTraceContaining("BeatMillis must be at least 1000: 999");
      jmx.server.setAttribute(bean, new Attribute("BeatMillis", 3_600_000L));
    }
  }

  @Test
  void theManagersJmxProxyQueriesGetsSetsAndInvokes() throws IOException, JMException {
    String bean = encoded(Jmx.bean(NAME).toString());
    assertThat(manager("qry=" + encoded("heartline:*")))
        .contains("Lines: ")
        .contains("BeatMillis: ");
    assertThat(manager("get=" + bean + "&att=MaxLines")).contains(" = 100000");
    assertThat(manager("set=" + bean + "&att=MaxLines&val=90000")).startsWith("OK");
    assertThat(manager("get=" + bean + "&att=MaxLines")).contains(" = 90000");
    Contract.page(war).leave();
    Contract.eventually(
        "closes can be read",
        () -> manager("get=" + bean + "&att=ClosedByCode").contains(" = 1000="));
    assertThat(manager("get=" + bean + "&att=ClosedByCause")).startsWith("OK");
    assertThat(manager("get=" + bean + "&att=Publishing")).contains(" = true");
    WebSocketRecorder page = Contract.subscriber(war, "public:manager");
    assertThat(manager("invoke=" + bean + "&op=publish&ps=public:manager,hello"))
        .startsWith("OK");
    assertThat(page.object()).endsWith("\"data\":\"hello\"}");
    page.leave();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private String manager(String query) throws IOException {
    URI proxy = war.http("/manager/jmxproxy/?" + query);
    return RunningWar.send(HttpRequest.newBuilder(proxy)
            .timeout(RunningWar.PATIENCE)
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder()
                        .encodeToString("operator:CHANGE-ME".getBytes(StandardCharsets.UTF_8))))
        .body();
  }
}
