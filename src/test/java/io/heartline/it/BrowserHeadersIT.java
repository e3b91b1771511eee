package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawHttp;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a browser gets from us, it may do only what that is for. */
class BrowserHeadersIT {
  private static final String NOTHING =
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  /** Handlers, styles and addresses that are scripts, which the demo's policy would forbid. */
  private static final Pattern INLINE = Pattern.compile(
      "<script(?![^>]*\\ssrc=)|<style|\\son[a-z]+\\s*=|\\sstyle\\s*=|=\\s*[\"']?javascript:",
      Pattern.CASE_INSENSITIVE);

  @TempDir
  static Path folder;

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(
        folder, "heartline.sockjs.legacy=true", "heartline.origins=https://*.example.com");
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  private static RawHttp http(String request, String... headers) throws IOException {
    String[] parts = request.split(" ");
    return RawHttp.send(
        parts[0] + " " + war.http(parts[1]), parts[0].equals("POST") ? "{}" : null, headers);
  }

  private static void assertQuiet(RawHttp answer) {
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(answer.header("Server")).isNull();
    assertThat(answer.header("X-Powered-By")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "GET api/whoami, 200",
    "OPTIONS api/whoami, 200",
    "GET api/history?channel=a&limit=0, 400",
    "GET api/history?channel=public:a, 200",
    "GET api/history, 400",
    "GET api/history?channel=orders, 403",
    "GET api/position?channel=public:a, 200",
    "GET api/presence, 400",
    "POST api/publish, 401",
    "GET api/publish, 405",
    "POST api/drain, 401",
    "GET health/live, 200",
    "GET health/nothing, 404",
    "GET events?channels=public:a, 200",
    "GET events, 400",
    "POST line, 413",
    "GET line, 426",
    "GET favicon.svg, 200",
    "GET nothing, 404",
    "GET error, 404",
    "GET WEB-INF/web.xml, 404",
    "PUT nothing, 405",
    "GET sockjs, 200",
    "GET sockjs/info, 200",
    "POST demo/publish, 403",
  })
  void anAnswerIsNoPage(String request, int status) throws IOException {
    try (RawHttp answer = http(request)) {
      assertThat(answer.status()).isEqualTo(status);
      assertQuiet(answer);
      String policy = answer.header("Content-Security-Policy");
      assertThat(policy).isEqualTo(request.contains(" demo/") ? policyOfTheDemo() : NOTHING);
    }
  }

  private static String policyOfTheDemo() {
    return "default-src 'self'; object-src 'none'; frame-ancestors 'self'; base-uri 'none';"
        + " form-action 'self'";
  }

  @Test
  void aHandshakeThatIsRefusedIsNoPageEither() throws IOException {
    try (RawHttp answer = http("GET line", "Upgrade", "websocket", "Origin", "https://evil.org")) {
      assertThat(answer.status()).isEqualTo(403);
      assertQuiet(answer);
      assertThat(answer.header("Content-Security-Policy")).isEqualTo(NOTHING);
    }
  }

  /** A worker may do only what the policy of its script allows. */
  @ParameterizedTest
  @CsvSource({"heartline.js", "heartline.mjs", "script/index.js", "sockjs.min.js", "guest.js"})
  void aScriptComesWithoutAPolicyForTheWorkerThatItMayBe(String path) throws IOException {
    try (RawHttp answer = http("GET " + path)) {
      assertThat(answer.status()).isEqualTo(200);
      assertQuiet(answer);
      assertThat(answer.header("Content-Type")).startsWith("text/javascript");
      assertThat(answer.header("Content-Security-Policy")).isNull();
    }
  }

  @Test
  void theDemoPageHasNoScriptButItsFilesAndNobodyFramesIt() throws IOException {
    try (RawHttp answer = http("GET demo/")) {
      assertThat(answer.status()).isEqualTo(200);
      assertQuiet(answer);
      assertThat(answer.header("Content-Security-Policy")).isEqualTo(policyOfTheDemo());
      assertThat(INLINE.matcher(answer.body()).results().map(found -> found.group()))
          .isEmpty();
    }
  }

  /** Browsers of long ago show these inside a frame. */
  @ParameterizedTest
  @CsvSource({
    "GET sockjs/iframe.html, 200",
    "GET sockjs/0/a/htmlfile?c=x, 200",
    "POST sockjs/0/b/jsonp_send, 404",
  })
  void whatIsShownInAFrameIsShownInFramesOfListedPages(String request, int status)
      throws IOException {
    try (RawHttp answer = http(request)) {
      assertThat(answer.status()).isEqualTo(status);
      assertQuiet(answer);
      assertThat(answer.header("Content-Security-Policy"))
          .isEqualTo("frame-ancestors 'self' https://*.example.com:443");
    }
  }
}
