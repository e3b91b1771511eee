package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RawSocketClient.Answer;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pages may open a line. */
class OriginIT {
  @TempDir
  static Path folder;

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(
        folder,
        "heartline.origins=https://app.example.com, http://localhost:3000",
        "heartline.sockjs.legacy=true");
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  private static Answer handshake(String path, String... headers) throws IOException {
    URI door = war.door(path);
    try (RawSocketClient client = RawSocketClient.connect(door)) {
      return client.handshake(door, headers);
    }
  }

  private static String own() {
    return "http://127.0.0.1:" + war.port();
  }

  @ParameterizedTest
  @ValueSource(strings = {"line", "updatewebsocket", "ws/user-channel", "wss"})
  void aForeignPageIsRefusedAtEveryDoor(String door) throws IOException {
    Answer answer = handshake(door, "Origin", "http://evil.example");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body()).isEqualToIgnoringNewLines("this origin may not connect");
  }

  @Test
  void theLogLineOfARefusalNamesBothValuesAndTheProperty() throws IOException {
    assertThat(handshake(
                "line", "Origin", "https://other.example:8443", "X-Forwarded-For", "203.0.113.1")
            .status())
        .isEqualTo(403);
    String line = war.awaitOutput("https://other.example:8443");
    assertThat(line).contains("403").contains(own()).contains("heartline.origins");
    assertThat(war.output().stream().filter(l -> l.contains("https://other.example:8443")))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "",
        "http://127.0.0.1",
        "https://127.0.0.1:%d",
        "http://127.0.0.1:%d.evil.example",
        "http://127.0.0.1:%d/",
        "http://evil.example/?http://127.0.0.1:%d",
        "http://localhost:%d",
        "http://app.example.com",
        "https://app.example.com.evil.example",
      })
  void whatOnlyLooksLikeTheServersOwnIsRefused(String origin) throws IOException {
    assertThat(handshake("line", "Origin", origin.formatted(war.port())).status())
        .isEqualTo(403);
  }

  @Test
  void theServersOwnPagesAndThoseWithoutAnOriginAreLetIn() throws IOException {
    assertThat(handshake("updatewebsocket", "Origin", own()).status()).isEqualTo(101);
    assertThat(handshake("updatewebsocket").status()).isEqualTo(101);
  }

  @ParameterizedTest
  @CsvSource({"cross-site, 203.0.113.2", "same-site, 203.0.113.3"})
  void whatAForeignPageEmbedsIsRefused(String site, String address) throws IOException {
    assertThat(
            war.get("events?channels=public:a", "Sec-Fetch-Site", site, "X-Forwarded-For", address)
                .statusCode())
        .isEqualTo(403);
    assertThat(war.awaitOutput("refused " + address))
        .contains("403 for what a foreign page embeds")
        .endsWith("Sec-Fetch-Site is " + site);
    assertThat(handshake("line", "Sec-Fetch-Site", site).status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"same-origin", "none"})
  void whatTheServersOwnPageEmbedsIsLetIn(String site) throws IOException {
    assertThat(handshake("line", "Sec-Fetch-Site", site).status()).isEqualTo(101);
  }

  @Test
  void anOriginCountsWhateverElseIsSaid() throws IOException {
    assertThat(
            handshake("line", "Origin", own(), "Sec-Fetch-Site", "cross-site").status())
        .isEqualTo(101);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example.com",
        "https://app.example.com:443",
        "HTTPS://App.Example.com",
        "http://localhost:3000"
      })
  void listedOriginsAreLetIn(String origin) throws IOException {
    assertThat(handshake("updatewebsocket", "Origin", origin).status()).isEqualTo(101);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Scheme"})
  void behindAProxyTheSchemeIsTheOneTheProxyTells(String header) throws IOException {
    String origin = "https://127.0.0.1:" + war.port();
    assertThat(handshake("line", "Origin", origin, header, "https").status()).isEqualTo(101);
    assertThat(handshake("line", "Origin", own(), header, "https").status()).isEqualTo(403);
  }

  /** Frames and scripts are how old browsers reach another origin; they name none. */
  @ParameterizedTest
  @CsvSource({
    "sockjs/iframe.html, http://evil.example/, 200",
    "sockjs/a/b/jsonp?c=x, http://evil.example/, 403",
    "sockjs/a/b/eventsource, https://app.example.com/, 403",
    "sockjs/a/c/jsonp?c=x, https://app.example.com/page, 200",
  })
  void whatAnotherOriginMayEmbed(String path, String page, int status) throws IOException {
    assertThat(war.get(path, "Sec-Fetch-Site", "cross-site", "Referer", page).statusCode())
        .isEqualTo(status);
  }
}
