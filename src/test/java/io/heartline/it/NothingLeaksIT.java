package io.heartline.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RawSocketClient.Answer;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes wrong, a stranger is told the rule, and nothing of what we are made of. */
class NothingLeaksIT {
  private static final List<String> PATHS = List.of(
      "",
      "line",
      "updatewebsocket",
      "ws/user-channel",
      "wss",
      "stomp",
      "events",
      "events?channels=%00",
      "sockjs",
      "sockjs/info",
      "sockjs/iframe.html",
      "sockjs/a/b/xhr",
      "sockjs/a/b/xhr_send",
      "sockjs/a/b/xhr_streaming",
      "sockjs/a/b/eventsource",
      "sockjs/a/b/htmlfile?c=x",
      "sockjs/a/b/jsonp?c=<script>",
      "sockjs/a/b/jsonp_send",
      "sockjs/a/b/websocket",
      "sockjs/websocket",
      "sockjs/%FF/%00/xhr",
      "api/publish",
      "api/history",
      "api/history?channel=a&last=99999999999999999999",
      "api/history?channel=public:a&after=a:b:c",
      "api/position?channel=" + "x".repeat(5_000),
      "api/presence?channel=public:a",
      "api/whoami?%=1",
      "api/drain",
      "api/nothing",
      "health/ready",
      "health/x",
      "demo/",
      "demo/publish",
      "demo/restart",
      "demo/nothing",
      "guest.js",
      "heartline.js?x=%ZZ",
      "error",
      "nothing");

  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "X");

  /** Of Java, of containers, of the file system. */
  private static final Pattern INSIDES = Pattern.compile(
      "Exception|\\tat |Caused by|org\\.apache|io\\.heartline|io\\.undertow|jakarta\\.|java\\.|"
          + "Tomcat|Undertow|WildFly|Jackson|/tmp|/home|WEB-INF|\\.class\\b|\\$[0-9]");

  private static final List<String> SOCKJS = List.of(
      "Payload expected.",
      "Broken JSON encoding.",
      "\"callback\" parameter required",
      "invalid \"callback\" parameter");

  /** Every reason with which a line may be closed while nobody is an operator. */
  private static final Pattern REASON = Pattern.compile("|closed|text frames only|must be UTF-8|"
      + "A WebSocket text frame was received that could not be decoded to UTF-8 .*|" // Tomcat's
      + "no first frame in time|message did not end in time|"
      + "message must have at most \\d+ (bytes|fragments)|"
      + "ask for the subprotocol heartline\\.v1|64 refused commands in a row|"
      + "gap: [A-Za-z0-9_.:#/-]+ (trimmed|epoch|diverged|unknown)|credentials refused: .*");

  @TempDir
  static Path folder;

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder, "heartline.first-frame=1s");
  }

  @AfterAll
  static void stop() {
    List<String> said = war.output();
    war.close();
    assertThat(said).as("the log").noneMatch(line -> line.startsWith("\tat "));
  }

  static List<String> methods() {
    return METHODS;
  }

  private static Answer ask(String method, String path, String headers, String body)
      throws IOException {
    try (RawSocketClient client = RawSocketClient.connect(war.base())) {
      String length = "Content-Length: " + body.length() + "\r\n";
      client.bytes((method + " " + war.base().getRawPath() + path + " HTTP/1.1\r\nHost: x\r\n"
              + headers + (body.isEmpty() ? "" : length) + "\r\n" + body)
          .getBytes(ISO_8859_1));
      return client.answer();
    }
  }

  private static void assertNothingOfUs(Answer answer, String request) {
    assertThat(INSIDES.matcher(answer.head() + answer.body()).results().map(m -> m.group()))
        .as("%s was answered %s%s", request, answer.head(), answer.body())
        .isEmpty();
    // The one 500 that is meant: clients of SockJS know these words.
    assertThat(answer.status() == 500 && !SOCKJS.contains(answer.body().strip()))
        .as("%s was answered %s%s", request, answer.head(), answer.body())
        .isFalse();
    assertThat(answer.head().toLowerCase(java.util.Locale.ROOT))
        .as(request)
        .doesNotContain("\r\nserver:")
        .doesNotContain("x-powered-by");
  }

  @ParameterizedTest
  @MethodSource("methods")
  void noAnswerNamesWhatWeAreMadeOf(String method) throws IOException {
    for (String path : PATHS) {
      for (String body : List.of("", "{", "[\"" + "[".repeat(2_000))) {
        boolean stream = path.startsWith("events") && method.equals("GET");
        if (!stream && !method.equals("HEAD")) { // HEAD has a length and no body
          assertNothingOfUs(ask(method, path, "", body), method + " " + path);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer x",
        "Authorization: Bearer \u00ff",
        "Authorization: Basic !!!",
        "Authorization: Bearer a\r\nAuthorization: Bearer b",
        "Cookie: heartline=x.y.z; JSESSIONID=\u00ff",
        "Cookie: heartline=" + "eA.eA",
        "Content-Type: text/html",
        "Content-Type: a/b;charset=\u00ff",
        "Content-Encoding: gzip",
        "Transfer-Encoding: gzip",
        "Expect: 200-ok",
        "Range: bytes=0-0,5-2,-1",
        "If-None-Match: W/\"x",
        "If-Modified-Since: yesterday",
        "Accept: \u00ff",
        "Origin: \u00ff",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 7",
        "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
        "Upgrade: TLS/1.0\r\nConnection: Upgrade",
        "X-Forwarded-Proto: \u00ff, https",
        "Last-Event-ID: \u00ff%",
      })
  void noHeaderMakesAnAnswerNameWhatWeAreMadeOf(String headers) throws IOException {
    for (String path : PATHS) {
      if (!path.startsWith("events")) {
        assertNothingOfUs(ask("GET", path, headers + "\r\n", ""), "GET " + path + " " + headers);
        assertNothingOfUs(
            ask("POST", path, headers + "\r\n", "{}"), "POST " + path + " " + headers);
      }
    }
  }

  /** Whoever knows nothing cannot tell a wrong key from no key. */
  @ParameterizedTest
  @ValueSource(strings = {"", "Authorization: Bearer x\r\n", "Authorization: Basic eDp5\r\n"})
  void aWrongKeyIsAnsweredAsIsNone(String headers) throws IOException {
    Answer answer = ask("POST", "api/publish", headers, "{}");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body()).isEqualTo(ask("POST", "api/publish", "", "{}").body());
  }

  /** Where containers and proxies disagree about what a path is. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "WEB-INF/web.xml",
        "WEB-INF/",
        "WEB-INF;x/web.xml",
        "web-inf/web.xml",
        "WEB-INF%2fweb.xml",
        "WEB-INF%5cweb.xml",
        "%57EB-INF/web.xml",
        "WEB%2dINF/web.xml",
        "./WEB-INF/web.xml",
        "demo/../WEB-INF/web.xml",
        "demo/..;/WEB-INF/web.xml",
        "demo/%2e%2e/WEB-INF/web.xml",
        "demo/%2e%2e;a=b/WEB-INF/web.xml",
        "demo/%252e%252e/WEB-INF/web.xml",
        "..;/heartline/WEB-INF/web.xml",
        "demo\\..\\WEB-INF\\web.xml",
        "demo/..%5cWEB-INF%5cweb.xml",
        "demo/..%c0%afWEB-INF/web.xml",
        "//WEB-INF/web.xml",
        "META-INF/MANIFEST.MF",
        "META-INF/sbom/heartline.cdx.json",
        "META-INF;/sbom/heartline.cdx.json",
        "demo/..;x/META-INF/MANIFEST.MF",
        "io/heartline/bootstrap/launch/Launcher.class",
        "io;x/heartline/bootstrap/launch/help.txt",
        "%69o/heartline/bootstrap/launch/help.txt",
        "demo/../io/heartline/bootstrap/launch/help.txt",
        "WEB-INF/classes/io/heartline/bootstrap/Application.class",
        "WEB-INF/lib-exec/tomcat-embed-core.jar",
        "api.key",
        "../api.key",
        "..%2f..%2f..%2f..%2fetc%2fpasswd",
        "../../../../../../etc/passwd",
        "demo/index.html%00.js",
        "heartline.js%00",
        "demo/index.html::$DATA",
        "demo/index.html/x",
        "demo/index.html.",
        "error;jsessionid=x",
      })
  void noTrickWithPathsOpensWhatIsClosed(String path) throws IOException {
    Answer answer = ask("GET", path, "", "");
    assertThat(answer.status()).as(answer.body()).isIn(400, 404);
    assertNothingOfUs(answer, path.replace("WEB-INF", ""));
    assertThat(answer.body()).doesNotContain("<web-app", "root:", "Manifest-Version", "bomFormat");
  }

  @ParameterizedTest
  @ValueSource(strings = {";jsessionid=x", ";a=b;c", ";"})
  void whatIsBehindASemicolonIsNoPartOfAPath(String parameter) throws IOException {
    assertThat(ask("GET", "api/whoami" + parameter, "", "").status()).isEqualTo(200);
    assertThat(ask("POST", "api/publish" + parameter, "", "{}").status()).isEqualTo(401);
    assertThat(ask("POST", "api;x/publish" + parameter, "", "{}").status()).isIn(401, 404);
  }

  @Test
  void traceIsOff() throws IOException {
    Answer answer = ask("TRACE", "demo/", "Cookie: secret=1\r\n", "");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.body()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      line            | 1003 | binary
      line            | 1007 | bad UTF-8
      line            | 1009 | long
      line            | 1009 | fragments
      line            | 4507 | refused
      line            | 4003 | silence
      updatewebsocket | 1003 | binary
      updatewebsocket | 1007 | bad UTF-8
      updatewebsocket | 1009 | long
      updatewebsocket | 1009 | fragments
      wss             | 1003 | binary
      wss             | 1009 | long
      stomp           | 1007 | bad UTF-8
      """)
  void aCloseGivesOneOfFewReasons(String door, int code, String how) throws IOException {
    try (RawSocketClient line = RawSocketClient.open(
        war.door(door),
        "Sec-WebSocket-Protocol",
        door.equals("stomp") ? "v12.stomp" : "heartline.v1")) {
      switch (how) {
        case "binary" -> line.frame(true, RawSocketClient.BINARY, (byte) 1);
        case "bad UTF-8" -> line.frame(true, RawSocketClient.TEXT, (byte) 0xff);
        case "long" -> line.text("x".repeat(64 * 1024 + 1));
        case "fragments" -> fragments(line);
        case "refused" -> line.text("nonsense\n".repeat(70));
        default -> {} // silence
      }
      var closed = line.readCloseAtLast();
      assertThat(closed.code()).isEqualTo(code);
      assertThat(closed.reason()).matches(REASON);
      assertThat(closed.reason().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(123);
    }
  }

  private static void fragments(RawSocketClient line) throws IOException {
    line.frame(false, RawSocketClient.TEXT);
    for (int i = 0; i <= 1024; i++) {
      line.frame(false, RawSocketClient.CONTINUATION, (byte) 'x');
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "x:1:2", "\u00e4", "<script>", "a%0d%0ab", "1:2:3:4"})
  void aPositionThatIsNoneIsNotRepeated(String position) throws IOException {
    String since = java.net.URLEncoder.encode(position, StandardCharsets.UTF_8);
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket?since=" + since))) {
      assertThat(line.readCloseAtLast().reason()).matches(REASON).doesNotContain("script");
    }
  }
}
