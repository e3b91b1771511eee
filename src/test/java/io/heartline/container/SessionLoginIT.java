package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.container.probe.ProbeInitializer;
import io.heartline.container.probe.ProbeServlet;
import io.heartline.testing.Json;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import jakarta.servlet.ServletContainerInitializer;
import java.io.IOException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A login of the application's own, inside Heartline's web application, that the session keeps. */
@ExtendWith(ArquillianExtension.class)
class SessionLoginIT {
  private static final String NAME = "heartline-session-login";

  private final Deployed war = new Deployed(NAME);

  @Deployment(testable = false)
  static WebArchive heartline() {
    JavaArchive probe = ShrinkWrap.create(JavaArchive.class, "probe.jar")
        .addClasses(ProbeInitializer.class, ProbeServlet.class)
        .addAsServiceProvider(ServletContainerInitializer.class, ProbeInitializer.class);
    return Deployed.archive(
            NAME,
            "heartline.auth=session",
            "heartline.auth.session=customer",
            "heartline.seats.line=none")
        .addAsLibrary(probe);
  }

  private String login(String user) throws IOException {
    return Deployed.session(war.get("probe?do=keep&value=" + user));
  }

  private WebSocketRecorder page(String cookie) {
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"), "Cookie", cookie);
    page.send("{\"hello\":{}}");
    assertThat(Json.field(page.object(), "user")).isEqualTo("ann");
    return page;
  }

  @Test
  void whoTheSessionSaysItIsOwnsTheLine() throws IOException {
    String ann = login("ann");
    WebSocketRecorder page = page(ann);
    assertThat(war.get("api/whoami", "Cookie", ann).body()).contains("\"user\":\"ann\"");
    assertThat(war.get("api/whoami").body()).contains("\"user\":null");
    war.get("probe?do=keep&value=ann", "Cookie", ann);
    page.assertPageLives();
    page.leave();
  }

  @ParameterizedTest
  @ValueSource(strings = {"end", "keep", "keep&value=bob"})
  void aLogOutEndsItsLinesWhetherTheSessionEndsOrNot(String how) throws IOException {
    String ann = login("ann");
    WebSocketRecorder page = page(ann);
    WebSocketRecorder raw = WebSocketRecorder.listening(war.door("ws/user-channel"), "Cookie", ann);
    WebSocketRecorder other = page(login("ann"));
    war.get("probe?do=" + how, "Cookie", ann);
    assertThat(page.object()).startsWith("{\"bye\":{\"code\":4503,");
    assertThat(page.closed()).isEqualTo(new Closed(4503, "logged out"));
    assertThat(raw.closed()).isEqualTo(new Closed(4500, "logged out"));
    other.assertPageLives();
    other.leave();
  }
}
