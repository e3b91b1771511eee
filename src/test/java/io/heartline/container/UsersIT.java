package io.heartline.container;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.container.probe.ProbeInitializer;
import io.heartline.container.probe.ProbeServlet;
import io.heartline.testing.EventStream;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import jakarta.servlet.ServletContainerInitializer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users whom the container has logged in. */
@ExtendWith(ArquillianExtension.class)
class UsersIT {
  private static final String NAME = "heartline-users";

  /** Their channel's name would be too long. */
  private static final String LONG = "@".repeat(100);

  private static final String TOO_LONG = "x".repeat(129);
  private static final String RULE = "the user's name must have 1 to 128 characters: 129";

  private final Deployed war = new Deployed(NAME);

  @Deployment(testable = false)
  static WebArchive heartline() {
    JavaArchive probe = ShrinkWrap.create(JavaArchive.class, "probe.jar")
        .addClasses(ProbeInitializer.class, ProbeServlet.class)
        .addAsServiceProvider(ServletContainerInitializer.class, ProbeInitializer.class);
    return Deployed.archive(NAME).addAsLibrary(probe);
  }

  /** Returns the cookie of a session of this user. */
  private String login(String user) throws IOException {
    HttpResponse<String> answer =
        war.get("probe?do=begin&seconds=600&label=l&user=" + user.replace("@", "%40"));
    assertThat(answer.body()).isEqualTo(user);
    return Deployed.session(answer);
  }

  /** As the nginx file of the first founding article sends every request. */
  @ParameterizedTest
  @ValueSource(
      strings = {"api/whoami", "api/history?channel=user:ann", "api/position?channel=user:ann"})
  void aUserIsKnownAlthoughAProxySendsUpgradeWithEveryRequest(String path) throws IOException {
    String cookie = login("ann");
    URI url = war.http(path);
    try (RawSocketClient client = RawSocketClient.connect(url)) {
      client.bytes(("GET " + url.getRawPath()
              + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery()) + " HTTP/1.1\r\nHost: "
              + url.getAuthority() + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nCookie: "
              + cookie + "\r\n\r\n")
          .getBytes(ISO_8859_1));
      RawSocketClient.Answer answer = client.answer();
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("user:ann");
    }
  }

  @Test
  void aUserWithALongChannelNameReceivesTheirOwn() throws IOException {
    String cookie = login(LONG);
    String whoami = war.get("api/whoami", "Cookie", cookie).body();
    assertThat(whoami).matches("\\{\"user\":\"@{100}\",\"channel\":\"user:##[A-Za-z0-9_-]{43}\"}");
    String channel = whoami.substring(whoami.indexOf("user:"), whoami.length() - 2);
    WebSocketRecorder raw = WebSocketRecorder.raw(war.door("ws/user-channel"), "Cookie", cookie);
    raw.assertRawLives();
    WebSocketRecorder page = Contract.subscriber(war, channel, "Cookie", cookie);
    assertThat(war.post("api/publish", "{\"user\":\"" + LONG + "\",\"data\":\"for them\"}")
            .body())
        .contains("\"channel\":\"" + channel + "\"");
    assertThat(raw.frame()).isEqualTo("for them");
    assertThat(page.object()).endsWith("\"data\":\"for them\"}");
    assertThat(war.get("api/position?channel=" + channel.replace("#", "%23"), "Cookie", cookie)
            .statusCode())
        .isEqualTo(200);
  }

  @Test
  void aUserWhoseNameIsTooLongIsRefusedEverywhereAndNobodyNowhere() throws IOException {
    String cookie = login(TOO_LONG);
    assertThat(
            WebSocketRecorder.raw(war.door("ws/user-channel"), "Cookie", cookie).closed())
        .isEqualTo(new Closed(4500, "credentials refused: " + RULE));
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"), "Cookie", cookie);
    page.send("{\"hello\":{}}");
    assertThat(page.object()).contains("4504").contains("\"reconnect\":false");
    assertThat(page.closed()).isEqualTo(new Closed(4504, "credentials refused: " + RULE));
    for (String path :
        List.of("api/whoami", "api/history?channel=updates", "api/position?channel=updates")) {
      HttpResponse<String> answer = war.get(path, "Cookie", cookie);
      assertThat(answer.statusCode()).as(path).isEqualTo(403);
      assertThat(answer.body()).contains("\"field\":\"user\"").contains(RULE);
    }
    try (EventStream stream =
        EventStream.open(war.http("events?channels=updates"), "Cookie", cookie)) {
      assertThat(stream.object()).contains("4504").contains(RULE).contains("\"reconnect\":false");
    }
    assertThat(Container.log())
        .anyMatch(line -> line.contains("refused ") && line.contains("1 to 128 characters: 129"));
  }
}
