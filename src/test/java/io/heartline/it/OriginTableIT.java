package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawHttp;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pages may talk to the server: the same ones at each of its doors and addresses. */
class OriginTableIT {
  /** {@code PORT} is the server's own. */
  private static final List<String> ALLOWED = List.of(
      "http://127.0.0.1:PORT",
      "HTTP://127.0.0.1:PORT",
      "https://app.example.com",
      "https://app.example.com:443",
      "https://App.Example.COM",
      "http://localhost:3000",
      "https://a.example.org",
      "https://a.b-c.example.org",
      "https://xn--bcher-kva.example.org",
      "https://dev.example.net:8443",
      "chrome-extension://abcdef");

  private static final List<String> REFUSED = List.of(
      "null",
      "",
      "*",
      "http://127.0.0.1",
      "https://127.0.0.1:PORT",
      "http://127.0.0.1:PORT/",
      "http://127.0.0.1.:PORT",
      "http://127.0.0.1:PORT.evil.example",
      "http://127.0.0.1:PORT@evil.example",
      "http://evil.example",
      "http://evil.example/?http://127.0.0.1:PORT",
      "http://[::1]:PORT",
      "http://app.example.com",
      "https://app.example.com:8443",
      "https://app.example.com.",
      "https://app.example.com.evil.example",
      "https://evil-app.example.com",
      "https://app@app.example.com",
      "https://app.example.com@evil.example",
      "https://app.example.com https://evil.example",
      "https://app.example.com, https://app.example.com",
      "https://example.org",
      "https://evilexample.org",
      "https://a.example.org.evil.example",
      "https://evil.example/.example.org",
      "https://dev.example.net",
      "http://localhost",
      "chrome-extension://abcdeg",
      "file://");

  private static final List<String> SOCKETS = List.of(
      "line",
      "updatewebsocket",
      "ws/user-channel",
      "wss",
      "stomp",
      "sockjs/websocket",
      "sockjs/0/NEW/websocket",
      "sockjs/user-channel/0/NEW/websocket",
      "sockjs/updatewebsocket/websocket");

  /** Answers that a page reads as they come, and that cost a line. */
  private static final List<String> STREAMS = List.of(
      "GET events?channels=public:a",
      "GET sockjs/info",
      "GET sockjs/updatewebsocket/info",
      "GET sockjs/0/NEW/eventsource",
      "POST sockjs/0/NEW/xhr",
      "POST sockjs/user-channel/0/NEW/xhr",
      "POST sockjs/0/NEW/xhr_streaming");

  /** What pages read, and scripts that they import; also if the answer is a refusal. */
  private static final List<String> READ = List.of(
      "api/whoami",
      "api/history?channel=public:a",
      "api/position?channel=public:a",
      "api/presence?channel=public:a",
      "heartline.js",
      "heartline.mjs",
      "script/index.js",
      "heartline-wx.js");

  /** What only servers and the demo's own page call. */
  private static final List<String> CLOSED = List.of(
      "POST api/publish",
      "POST api/drain",
      "GET health/live",
      "GET health/ready",
      "POST demo/publish",
      "POST demo/restart",
      "GET demo/",
      "GET nothing");

  @TempDir
  static Path folder;

  private static RunningWar war;
  private static int sessions;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(
        folder,
        "heartline.auth=container,ticket",
        "heartline.origins=https://app.example.com, http://localhost:3000, https://*.example.org,"
            + " https://*.example.net:8443, chrome-extension://abcdef");
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  static Stream<String> allowed() {
    return ALLOWED.stream();
  }

  static Stream<String> refused() {
    return REFUSED.stream();
  }

  private static String fresh(String path) {
    return path.replace("NEW", "s" + sessions++);
  }

  private static String real(String origin) {
    return origin.replace("PORT", String.valueOf(war.port()));
  }

  private static RawHttp http(String request, String... headers) throws IOException {
    String[] parts = fresh(request).split(" ");
    return RawHttp.send(
        parts[0] + " " + war.http(parts[1]), parts[0].equals("POST") ? "" : null, headers);
  }

  private static int socket(String path, String... headers) throws IOException {
    URI door = war.door(fresh(path));
    try (RawSocketClient client = RawSocketClient.connect(door)) {
      return client.handshake(door, headers).status();
    }
  }

  @ParameterizedTest
  @MethodSource("allowed")
  void thesePagesAreServedEverywhere(String row) throws IOException {
    String origin = real(row);
    for (String door : SOCKETS) {
      assertThat(socket(door, "Origin", origin)).as(door).isEqualTo(101);
    }
    for (String request : STREAMS) {
      try (RawHttp answer = http(request, "Origin", origin)) {
        assertThat(answer.status()).as(request).isEqualTo(200);
        assertMayRead(answer, origin, request);
      }
    }
    for (String path : READ) {
      try (RawHttp answer = http("GET " + path, "Origin", origin)) {
        assertThat(answer.status()).as(path).isIn(200, path.contains("presence") ? 403 : 200);
        assertMayRead(answer, origin, path);
      }
    }
  }

  private static void assertMayRead(RawHttp answer, String origin, String what) {
    assertThat(answer.header("Access-Control-Allow-Origin")).as(what).isEqualTo(origin);
    assertThat(answer.header("Access-Control-Allow-Credentials")).as(what).isEqualTo("true");
    assertThat(answer.header("Vary")).as(what).contains("Origin");
  }

  @ParameterizedTest
  @MethodSource("refused")
  void noOtherPageIsServedAnywhere(String row) throws IOException {
    String origin = real(row);
    for (String door : SOCKETS) {
      assertThat(socket(door, "Origin", origin)).as(door).isEqualTo(403);
    }
    for (String request : STREAMS) {
      try (RawHttp answer = http(request, "Origin", origin)) {
        assertThat(answer.status()).as(request).isEqualTo(403);
        assertMayNotRead(answer, request);
      }
    }
    for (String path : READ) {
      try (RawHttp answer = http("GET " + path, "Origin", origin)) {
        assertMayNotRead(answer, path);
        assertThat(answer.header("Vary")).as("caches keep it apart: %s", path).contains("Origin");
      }
    }
  }

  private static void assertMayNotRead(RawHttp answer, String what) {
    assertThat(answer.header("Access-Control-Allow-Origin")).as(what).isNull();
    assertThat(answer.header("Access-Control-Allow-Credentials")).as(what).isNull();
  }

  @Test
  void whoeverSendsNoOriginIsNoPageAndServed() throws IOException {
    for (String door : SOCKETS) {
      assertThat(socket(door)).as(door).isEqualTo(101);
    }
    for (String path : READ) {
      try (RawHttp answer = http("GET " + path)) {
        assertThat(answer.status()).as(path).isIn(200, path.contains("presence") ? 403 : 200);
        assertMayNotRead(answer, path);
        assertThat(answer.header("Vary")).as(path).contains("Origin");
      }
    }
  }

  /** One reader might take the first of them, another the last. */
  @Test
  void whoeverSendsTwoOriginsIsRefused() throws IOException {
    String[] two = {"Origin", "https://app.example.com", "Origin", "https://app.example.com"};
    for (String door : SOCKETS) {
      assertThat(socket(door, two)).as(door).isEqualTo(403);
    }
    try (RawHttp answer = http("GET api/whoami", two)) {
      assertMayNotRead(answer, "api/whoami");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "api/whoami",
        "api/history?channel=public:a",
        "api/position?channel=public:a",
        "api/presence?channel=public:a",
        "api/ticket",
        "events?channels=public:a"
      })
  void browsersAreToldWhichHeadersAListedPageMaySend(String path) throws IOException {
    String[] asks = {
      "Origin", "https://app.example.com",
      "Access-Control-Request-Method", "GET",
      "Access-Control-Request-Headers", "authorization"
    };
    try (RawHttp answer = http("OPTIONS " + path, asks)) {
      assertThat(answer.status()).isBetween(200, 204);
      assertMayRead(answer, "https://app.example.com", path);
      assertThat(answer.header("Access-Control-Allow-Methods")).startsWith("GET");
      assertThat(answer.header("Access-Control-Allow-Headers")).contains("Authorization");
    }
    asks[1] = "https://evil.example";
    try (RawHttp answer = http("OPTIONS " + path, asks)) {
      assertMayNotRead(answer, path);
      assertThat(answer.header("Access-Control-Allow-Headers")).isNull();
    }
  }

  /** Not even those of a listed page: what these do is not for pages. */
  @Test
  void noPageOfAnotherOriginReadsWhatIsNotForPages() throws IOException {
    for (String request : CLOSED) {
      try (RawHttp answer = http(request, "Origin", "https://app.example.com")) {
        assertMayNotRead(answer, request);
      }
    }
  }

  /** Of a page that may not connect the demo takes nothing, also with the cookie of its guest. */
  @ParameterizedTest
  @CsvSource({
    "Origin, https://evil.example",
    "Origin, null",
    "Sec-Fetch-Site, cross-site",
    "Sec-Fetch-Site, same-site",
  })
  void noForeignPagePublishesInTheDemo(String header, String value) throws IOException {
    String cookie = war.guest().cookie();
    String url = "POST " + war.http("demo/publish");
    String body = "{\"channel\":\"public:demo\",\"data\":1}";
    try (RawHttp answer =
        RawHttp.send(url, body, "Cookie", cookie, "Content-Type", "text/plain", header, value)) {
      assertThat(answer.status()).isEqualTo(403);
    }
    try (RawHttp own = RawHttp.send(url, body, "Cookie", cookie, "Origin", real(ALLOWED.get(0)))) {
      assertThat(own.status()).isEqualTo(200);
    }
  }
}
