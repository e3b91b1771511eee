package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Issuer;
import io.heartline.testing.Json;
import io.heartline.testing.KeyServer;
import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys for tokens at an address of a real server, which rotates them, is down, or misbehaves. */
class KeyUrlIT {
  private static final Issuer FIRST = Issuer.withRsa("2026-01");
  private static final Issuer SECOND = Issuer.withEc("2026-02");

  @TempDir
  Path folder;

  private RunningWar start(String url) throws IOException {
    return RunningWar.start(folder, Issuer.settings("heartline.jwt.jwks.url=" + url));
  }

  private static HttpResponse<String> whoami(RunningWar war, Issuer issuer) throws IOException {
    return war.get("api/whoami", "Authorization", "Bearer " + issuer.token("ann"));
  }

  /** Returns the first object that a page with this issuer's token is told. */
  private static String hello(RunningWar war, Issuer issuer) {
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"));
    page.send("{\"hello\":{\"token\":\"" + issuer.token("ann") + "\"}}");
    String first = page.object();
    if (first.startsWith("{\"welcome\"")) {
      page.leave();
    }
    return first;
  }

  @Test
  void aNewKeyIsFetchedWhenATokenNamesIt() throws IOException {
    try (KeyServer keys = KeyServer.start(FIRST);
        RunningWar war = start(keys.url("keys"))) {
      assertThat(hello(war, FIRST)).contains("\"user\":\"ann\"");
      keys.rotate(FIRST, SECOND);
      Instant deadline = Instant.now().plus(Duration.ofSeconds(60)); // it asks twice a minute
      int tries = 0;
      while (!hello(war, SECOND).contains("\"user\":\"ann\"")) {
        assertThat(Instant.now()).isBefore(deadline);
        assertThat(whoami(war, FIRST).statusCode()).isEqualTo(200);
        tries++;
        pause();
      }
      assertThat(tries).isPositive();
      assertThat(keys.questions()).as("questions").isLessThanOrEqualTo(3);
      keys.close();
      assertThat(hello(war, FIRST)).contains("\"user\":\"ann\"");
      assertThat(hello(war, SECOND)).contains("\"user\":\"ann\"");
    }
  }

  @Test
  void whileTheKeysCannotBeHadNobodyIsTakenForNobody() throws IOException {
    int port;
    try (KeyServer gone = KeyServer.start(FIRST)) {
      port = gone.port();
    }
    try (RunningWar war = start("http://127.0.0.1:" + port + "/keys")) {
      HttpResponse<String> answer = whoami(war, FIRST);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(hello(war, FIRST)).startsWith("{\"bye\":{\"code\":4008,");
      assertThat(Json.field(war.get("api/whoami").body(), "user")).isEqualTo("null");
      war.awaitOutput("could not be asked for: java.net.ConnectException");
      try (KeyServer back = KeyServer.startAt(port, FIRST)) {
        Instant deadline = Instant.now().plus(RunningWar.PATIENCE.multipliedBy(2));
        while (whoami(war, FIRST).statusCode() != 200) {
          assertThat(Instant.now()).isBefore(deadline);
          pause();
        }
        assertThat(back.questions()).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "endless, its answer must have at most 262144 bytes",
    "moved, must be answered with 200: 302",
    "nothing, must be answered with 200: 404"
  })
  void anAnswerThatIsNoneIsToldInTheLog(String path, String why) throws IOException {
    try (KeyServer keys = KeyServer.start(FIRST);
        RunningWar war = start(keys.url(path))) {
      assertThat(whoami(war, FIRST).statusCode()).isEqualTo(503);
      war.awaitOutput(why);
      assertThat(keys.questions()).isZero();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(1_000);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
