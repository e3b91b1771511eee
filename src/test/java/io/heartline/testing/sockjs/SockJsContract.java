package io.heartline.testing.sockjs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RawHttp;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the public test suite of the SockJS protocol asks of a server, in our own words, and a few
 * things that its client needs beside it. The four services are those of the suite: an echo whose
 * answers end after 4,096 octets, one without WebSockets, one with cookies, and one that closes
 * every line at once.
 */
public abstract class SockJsContract {
  private String echo = "";
  private String close = "";
  private String noWebSocket = "";
  private String cookies = "";

  private static final String NOT_CACHED =
      "no-store, no-cache, no-transform, must-revalidate, max-age=0";
  private static final String GO_AWAY = "c[3000,\"Go away!\"]";
  private static final String ANOTHER = "c[2010,\"Another connection still open\"]";
  private static final String PRELUDE = "h".repeat(2048) + "\n";
  private static final String[] FORM = {"Content-Type", "application/x-www-form-urlencoded"};

  private static final String IFRAME = """
      <!DOCTYPE html>
      <html>
      <head>
        <meta http-equiv="X-UA-Compatible" content="IE=edge" />
        <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
        <script src="..."></script>
        <script>
          document.domain = document.domain;
          SockJS.bootstrap_iframe();
        </script>
      </head>
      <body>
        <h2>Don't panic!</h2>
        <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>
      </body>
      </html>""";

  private static final String HTML_HEAD = """
      <!doctype html>
      <html><head>
        <meta http-equiv="X-UA-Compatible" content="IE=edge" />
        <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
      </head><body><h2>Don't panic!</h2>
        <script>
          document.domain = document.domain;
          var c = parent.callback;
          c.start();
          function p(d) {c.message(d);};
          window.onload = function() {c.stop();};
        </script>""";

  /** Returns where the services are, such as {@code http://127.0.0.1:8081}. */
  protected abstract String url();

  @BeforeEach
  final void find() {
    echo = url() + "/echo";
    close = url() + "/close";
    noWebSocket = url() + "/disabled_websocket_echo";
    cookies = url() + "/cookie_needed_echo";
  }

  private static String session(String service) {
    return service + "/000/" + UUID.randomUUID();
  }

  private static RawHttp get(String url, String... headers) throws IOException {
    return RawHttp.send("GET " + url, null, headers);
  }

  private static RawHttp post(String url, String body, String... headers) throws IOException {
    return RawHttp.send("POST " + url, body, headers);
  }

  private static void assertPolled(String session, String frame) throws IOException {
    assertAnswer(post(session + "/xhr", ""), 200, frame + "\n");
  }

  private static void assertTaken(String session, String messages) throws IOException {
    assertAnswer(post(session + "/xhr_send", messages), 204, "");
  }

  private static void assertAnswer(RawHttp answer, int status, String body) throws IOException {
    try (answer) {
      assertThat(answer.body()).isEqualTo(body);
      assertThat(answer.status()).isEqualTo(status);
    }
  }

  private static void assertType(RawHttp answer, String type) {
    assertThat(answer.header("Content-Type").replace(" ", "")).isEqualTo(type);
  }

  private static void assertNotCached(RawHttp answer) {
    assertThat(answer.header("Cache-Control")).isEqualTo(NOT_CACHED);
    assertThat(answer.header("Expires")).isNull();
    assertThat(answer.header("Last-Modified")).isNull();
  }

  private static void assertCached(RawHttp answer) {
    assertThat(answer.header("Cache-Control")).contains("public").containsPattern("max-age=\\d{7}");
    assertThat(answer.header("Expires")).isNotEmpty();
  }

  private static void assertReadableBy(RawHttp answer, String origin) {
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(origin);
    assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
    assertThat(answer.header("Vary")).contains("Origin");
  }

  // Static pages

  @ParameterizedTest
  @ValueSource(strings = {"", "/"})
  void theBaseGreets(String end) throws IOException {
    RawHttp answer = get(echo + end);
    assertType(answer, "text/plain;charset=UTF-8");
    assertThat(answer.header("Set-Cookie")).isNull();
    assertAnswer(answer, 200, "Welcome to SockJS!\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a",
        "/a.html",
        "//",
        "///",
        "/a/a",
        "/a/a/",
        "/a/",
        "/iframe.htm",
        "/iframe",
        "/IFRAME.HTML",
        "/IFRAME",
        "/iframe.HTML",
        "/iframe.xml",
        "/iframe-/.html",
        "///xhr",
        "/a./a/xhr",
        "/a/a./xhr",
        "/././/xhr",
        "//xhr",
        "////xhr",
        "/a/b/c/xhr",
        "/a/b/nothing"
      })
  void nothingElseIsThere(String path) throws IOException {
    assertThat(get(echo + path).status()).isEqualTo(404);
    assertThat(post(echo + path, "").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "iframe.html",
        "iframe-a.html",
        "iframe-.html",
        "iframe-0.1.2.html",
        "iframe-0.1.2abc-dirty.2144.html",
        "iframe-a.html?t=1234",
        "iframe-0.1.2.html?t=12"
      })
  void theIframeIsAlwaysTheSamePageAndKeptForLong(String name) throws IOException {
    try (RawHttp answer = get(echo + "/" + name)) {
      assertThat(answer.status()).isEqualTo(200);
      assertType(answer, "text/html;charset=UTF-8");
      assertCached(answer);
      assertThat(answer.header("Last-Modified")).isNull();
      assertThat(answer.header("Set-Cookie")).isNull();
      String page = answer.body().strip();
      assertThat(page).containsPattern("src=\"(/|http)[^\"]*\"");
      assertThat(page.replaceFirst("src=\"[^\"]*\"", "src=\"...\"")).isEqualTo(IFRAME);
      String tag = answer.header("ETag");
      assertThat(get(echo + "/iframe.html").header("ETag")).isEqualTo(tag);
      RawHttp known = get(echo + "/" + name, "If-None-Match", tag);
      assertThat(known.header("Content-Type")).isNull();
      assertAnswer(known, 304, "");
    }
  }

  // What the client asks for first

  @Test
  void theInfoSaysWhatTheServerCan() throws IOException {
    RawHttp answer = get(echo + "/info", "Origin", "test");
    assertThat(answer.status()).isEqualTo(200);
    assertType(answer, "application/json;charset=UTF-8");
    assertThat(answer.header("Set-Cookie")).isNull();
    assertNotCached(answer);
    assertReadableBy(answer, "test");
    String info = answer.body();
    assertThat(info).contains("\"websocket\":true", "\"origins\":[\"*:*\"]");
    assertThat(info).contains("\"cookie_needed\":false");
    long entropy = Long.parseLong(Json.field(info, "entropy"));
    assertThat(entropy).isBetween(0L, 0xffff_ffffL);
    String second = get(echo + "/info").body();
    assertThat(Long.parseLong(Json.field(second, "entropy"))).isNotEqualTo(entropy);
    assertThat(get(noWebSocket + "/info").body()).contains("\"websocket\":false");
    RawHttp wanted = get(cookies + "/info");
    assertThat(wanted.header("Set-Cookie")).isNull();
    assertThat(wanted.body()).contains("\"cookie_needed\":true");
  }

  @ParameterizedTest
  @CsvSource({
    "/info, GET, test",
    "/info, GET, null",
    "/abc/abc/xhr, POST, test",
    "/abc/abc/xhr_send, POST, null",
    "/abc/abc/xhr_streaming, POST, test"
  })
  void pagesOfOtherOriginsMayAskAndRemember(String path, String method, String origin)
      throws IOException {
    for (String wanted : new String[] {"a, b, c", "", null}) {
      String[] headers = {"Origin", origin, "Access-Control-Request-Method", method};
      RawHttp answer = wanted == null
          ? RawHttp.send("OPTIONS " + echo + path, null, headers)
          : RawHttp.send(
              "OPTIONS " + echo + path,
              null,
              "Origin",
              origin,
              "Access-Control-Request-Method",
              method,
              "Access-Control-Request-Headers",
              wanted);
      assertThat(answer.status()).isIn(200, 204);
      assertCached(answer);
      assertReadableBy(answer, origin);
      assertThat(Long.parseLong(answer.header("Access-Control-Max-Age"))).isGreaterThan(1_000_000);
      assertThat(answer.header("Access-Control-Allow-Methods")).contains("OPTIONS", method);
      assertThat(answer.header("Access-Control-Allow-Headers"))
          .isEqualTo("a, b, c".equals(wanted) ? wanted : null);
      if (answer.status() == 200 && answer.header("Content-Length") != null) {
        assertThat(answer.body()).isEmpty();
      }
    }
  }

  // Sessions

  @ParameterizedTest
  @ValueSource(strings = {"/a/a", "/_/_", "/1/", "/abcdefgh_i-j%20/abcdefg_i-j%20"})
  void anyTwoNamesAreASession(String names) throws IOException {
    assertPolled(echo + names + UUID.randomUUID(), "o");
  }

  @Test
  void theServersNameMeansNothing() throws IOException {
    String name = UUID.randomUUID().toString();
    assertPolled(echo + "/000/" + name, "o");
    assertTaken(echo + "/000/" + name, "[\"a\"]");
    assertPolled(echo + "/999/" + name, "a[\"a\"]");
  }

  @Test
  void aPollOpensHearsAndIsAlone() throws IOException {
    String session = session(echo);
    assertPolled(session, "o");
    assertTaken(session, "[\"a\"]");
    assertPolled(session, "a[\"a\"]");
    assertThat(post(echo + "/000/bad_session/xhr_send", "[\"a\"]").status()).isEqualTo(404);
    try (Socket waiting = RawHttp.sent("POST " + session + "/xhr", "")) {
      awaitSecondIsRefused(session, "/xhr");
    }
    assertGoneAfterAnAbort(session);
  }

  /** The first receiver may be on its way for a moment. */
  private static void awaitSecondIsRefused(String session, String transport) throws IOException {
    pause();
    try (RawHttp second = post(session + transport, "")) {
      String body = second.body();
      assertThat(body).isEqualTo((transport.equals("/xhr") ? "" : PRELUDE) + ANOTHER + "\n");
      assertThat(second.status()).isEqualTo(200);
    }
  }

  /** The session of a receiver that was cut off is another one or says so. */
  private static void assertGoneAfterAnAbort(String session) throws IOException {
    for (int tries = 0; ; tries++) {
      String body = post(session + "/xhr", "").body();
      if (!body.equals(ANOTHER + "\n") || tries > 20) {
        assertThat(body).isIn("o\n", "c[1002,\"Connection interrupted\"]\n");
        return;
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(250);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aClosedSessionSaysSoAgainAndAgain() throws IOException {
    String polled = session(close);
    assertPolled(polled, "o");
    assertPolled(polled, GO_AWAY);
    assertPolled(polled, GO_AWAY);
    String jsonp = session(close) + "/jsonp?c=x";
    for (String said : List.of("o", "c[3000,\\\"Go away!\\\"]", "c[3000,\\\"Go away!\\\"]")) {
      assertAnswer(get(jsonp), 200, "/**/x(\"" + said + "\");\r\n");
    }
    String streamed = session(close);
    try (RawHttp first = post(streamed + "/xhr_streaming", "");
        RawHttp second = opened(first, "o\n", streamed)) {
      assertThat(second.chunk()).isEqualTo(GO_AWAY + "\n");
      assertThat(second.chunk()).isEmpty();
    }
  }

  private static RawHttp opened(RawHttp first, String frame, String session) throws IOException {
    assertThat(first.chunk()).isEqualTo(PRELUDE);
    assertThat(first.chunk()).isEqualTo(frame);
    assertThat(first.chunk()).isEqualTo(GO_AWAY + "\n");
    assertThat(first.chunk()).isEmpty();
    RawHttp second = post(session + "/xhr_streaming", "");
    assertThat(second.chunk()).isEqualTo(PRELUDE);
    return second;
  }

  @Test
  void aStreamIsAloneAndItsSessionDiesWithIt() throws IOException {
    String session = session(echo);
    try (RawHttp first = post(session + "/xhr_streaming", "")) {
      assertThat(first.chunk()).isEqualTo(PRELUDE);
      assertThat(first.chunk()).isEqualTo("o\n");
      awaitSecondIsRefused(session, "/xhr_streaming");
    }
    assertGoneAfterAnAbort(session);
  }

  // XHR

  @Test
  void pollsAndPostsAreReadableByTheirOriginAndNotKept() throws IOException {
    String session = session(echo);
    RawHttp open = post(session + "/xhr", "", "Origin", "test");
    assertType(open, "application/javascript;charset=UTF-8");
    assertReadableBy(open, "test");
    assertNotCached(open);
    assertAnswer(open, 200, "o\n");
    RawHttp sent = post(session + "/xhr_send", "[\"x\"]", "Origin", "test");
    assertType(sent, "text/plain;charset=UTF-8"); // some browsers take it for XML otherwise
    assertReadableBy(sent, "test");
    assertNotCached(sent);
    assertAnswer(sent, 204, "");
    assertPolled(session, "a[\"x\"]");
    RawHttp nobodys = post(session(echo) + "/xhr", "");
    assertThat(nobodys.header("Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(nobodys.header("Access-Control-Allow-Credentials")).isNull();
  }

  @Test
  void badMessagesAreRefusedAndHarmNobody() throws IOException {
    String session = session(echo);
    assertPolled(session, "o");
    assertRefused(post(session + "/xhr_send", "[\"x"), "Broken JSON encoding.");
    assertRefused(post(session + "/xhr_send", ""), "Payload expected.");
    assertTaken(session, "[]");
    assertTaken(session, "[\"a\"]");
    assertPolled(session, "a[\"a\"]");
  }

  @Test
  void aMessageMayHave64KiBAndNotAByteMore() throws IOException {
    String largest = "a".repeat(64 * 1024);
    String session = session(echo);
    assertPolled(session, "o");
    assertAnswer(
        post(session + "/xhr_send", "[\"a\",\"" + largest + "x\"]"),
        413,
        "the message is too large\n");
    assertTaken(session, "[\"" + largest + "\"]");
    assertPolled(session, "a[\"" + largest + "\"]");
    WebSocketRecorder socket = socket(session);
    assertThat(socket.frame()).isEqualTo("o");
    socket.send("[\"" + largest + "\"]");
    assertThat(socket.frame()).isEqualTo("a[\"" + largest + "\"]");
    socket.send("[\"a\",\"" + largest + "x\"]");
    assertThat(socket.frame()).isEqualTo("c[1009,\"message must have at most 65536 bytes\"]");
    assertThat(socket.closed().code()).isEqualTo(1009);
  }

  private static void assertRefused(RawHttp answer, String why) throws IOException {
    try (answer) {
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.body()).contains(why);
    }
  }

  @Test
  void messagesMayBeOfAnyContentType() throws IOException {
    String session = session(echo);
    assertPolled(session, "o");
    List<String> types = List.of(
        "text/plain",
        "T",
        "application/json",
        "application/xml",
        "",
        "application/json; charset=utf-8",
        "text/xml; charset=utf-8",
        "text/xml");
    for (String type : types) {
      assertAnswer(post(session + "/xhr_send", "[\"a\"]", "Content-Type", type), 204, "");
    }
    assertTaken(session, "[\"b\"]"); // and of none
    assertPolled(session, "a[" + "\"a\",".repeat(types.size()) + "\"b\"]");
  }

  @Test
  void aPostNeedSayNothingOfItsLength() throws IOException {
    assertAnswer(RawHttp.send("POST " + session(echo) + "/xhr", null), 200, "o\n");
  }

  // Streams: a frame is a chunk, so that nothing on the way waits for more of it

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST | /xhr_streaming | application/javascript;charset=UTF-8",
        "GET | /eventsource | text/event-stream",
        "GET | /htmlfile?c=%63allback | text/html;charset=UTF-8"
      })
  void aStreamBeginsAtOnceCarriesFramesAndEndsWhenItIsLong(String method, String path, String type)
      throws IOException {
    String session = session(echo);
    try (RawHttp stream =
        RawHttp.send(method + " " + session + path, method.equals("POST") ? "" : null)) {
      assertThat(stream.status()).isEqualTo(200);
      assertType(stream, type);
      assertNotCached(stream);
      assertThat(stream.header("Content-Length")).isNull();
      assertBegins(path, stream.chunk());
      assertThat(stream.chunk()).isEqualTo(framed(path, "o"));
      assertTaken(session, "[\"x\"]");
      assertThat(stream.chunk()).isEqualTo(framed(path, "a[\"x\"]"));
      assertTaken(session, "[\"  \\u0000\\n\\r 100%25 \"]");
      assertThat(stream.chunk()).isEqualTo(framed(path, "a[\"  \\u0000\\n\\r 100%25 \"]"));
      int frames = 0;
      for (String long128 = "x".repeat(128); frames < 40; frames++) {
        assertTaken(session, "[\"" + long128 + "\"]");
        String chunk = stream.chunk();
        if (chunk.isEmpty()) {
          break;
        }
        assertThat(chunk).isEqualTo(framed(path, "a[\"" + long128 + "\"]"));
      }
      assertThat(frames).as("frames of 128 in an answer of 4096").isBetween(20, 31);
      assertPolled(session, "a[\"" + "x".repeat(128) + "\"]"); // what came too late is next
    }
  }

  private static void assertBegins(String path, String begin) {
    if (path.startsWith("/htmlfile")) {
      assertThat(begin.strip()).isEqualTo(HTML_HEAD);
      assertThat(begin.length()).isGreaterThan(1024); // browsers show nothing of less
    } else {
      assertThat(begin).isEqualTo(path.equals("/eventsource") ? "\r\n" : PRELUDE);
    }
  }

  private static String framed(String path, String frame) {
    if (path.equals("/eventsource")) {
      return "data: " + frame.replace("%", "%25") + "\r\n\r\n"; // the client decodes it
    }
    return path.equals("/xhr_streaming")
        ? frame + "\n"
        : "<script>\np(\"" + escaped(frame) + "\");\n</script>\r\n";
  }

  private static String escaped(String frame) {
    return frame.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  @Test
  void aMessageCannotEndTheScriptThatItIsIn() throws IOException {
    String session = session(echo);
    try (RawHttp stream = get(session + "/htmlfile?c=x")) {
      stream.chunk();
      stream.chunk();
      assertTaken(session, "[\"</script><script>alert(1)<!--\"]");
      assertThat(stream.chunk().replaceFirst("^<script>\n", "").replaceFirst("</script>\r\n$", ""))
          .contains("alert(1)")
          .doesNotContain("<");
    }
  }

  @Test
  void anAnswerEndsExactlyAtItsLimit() throws IOException {
    String session = session(echo);
    String message = "\"" + "x".repeat(128) + "\"";
    try (RawHttp stream = post(session + "/xhr_streaming", "")) {
      assertThat(stream.chunk()).isEqualTo(PRELUDE);
      assertThat(stream.chunk()).isEqualTo("o\n");
      for (int i = 0; i < 31; i++) {
        assertTaken(session, "[" + message + "]");
        assertThat(stream.chunk()).isEqualTo("a[" + message + "]\n");
      }
      assertThat(stream.chunk()).isEmpty();
    }
    String events = session(echo);
    try (RawHttp stream = get(events + "/eventsource")) {
      assertThat(stream.chunk()).isEqualTo("\r\n");
      assertThat(stream.chunk()).isEqualTo("data: o\r\n\r\n");
      String big = "[\"" + "x".repeat(4096) + "\"]";
      assertTaken(events, big);
      assertThat(stream.chunk()).isEqualTo("data: a" + big + "\r\n\r\n");
      assertThat(stream.chunk()).isEmpty();
    }
  }

  // JSONP

  @Test
  void jsonpCallsBackAndTakesForms() throws IOException {
    String session = session(echo);
    RawHttp open = get(session + "/jsonp?c=%63allback");
    assertType(open, "application/javascript;charset=UTF-8");
    assertThat(open.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertNotCached(open);
    assertAnswer(open, 200, "/**/callback(\"o\");\r\n");
    RawHttp sent = post(session + "/jsonp_send", form("[\"x\"]"), FORM);
    assertType(sent, "text/plain;charset=UTF-8");
    assertNotCached(sent);
    assertAnswer(sent, 200, "ok");
    assertAnswer(get(session + "/jsonp?c=%63allback"), 200, "/**/callback(\"a[\\\"x\\\"]\");\r\n");
    assertRefused(post(session + "/jsonp_send", "d=%5B%22x", FORM), "Broken JSON encoding.");
    for (String nothing : List.of("", "d=", "p=p")) {
      assertRefused(post(session + "/jsonp_send", nothing, FORM), "Payload expected.");
    }
    assertAnswer(post(session + "/jsonp_send", form("[]"), FORM), 200, "ok");
    assertAnswer(post(session + "/jsonp_send", form("[\"abc\"]"), FORM), 200, "ok");
    assertAnswer(
        post(session + "/jsonp_send", "[\"%61bc\"]", "Content-Type", "text/plain"), 200, "ok");
    assertAnswer(get(session + "/jsonp?c=x"), 200, "/**/x(\"a[\\\"abc\\\",\\\"%61bc\\\"]\");\r\n");
  }

  private static String form(String messages) {
    return "d=" + URLEncoder.encode(messages, UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsonp", "htmlfile"})
  void aCallbackIsANameAndNothingElse(String transport) throws IOException {
    assertRefused(get(session(echo) + "/" + transport), "\"callback\" parameter required");
    for (String bad : List.of("%20", "*", "abc(", "abc%28", "%3Cscript%3E")) {
      assertRefused(
          get(session(echo) + "/" + transport + "?c=" + bad), "invalid \"callback\" parameter");
    }
  }

  // Cookies

  @ParameterizedTest
  @CsvSource({
    "POST, /xhr",
    "POST, /xhr_streaming",
    "GET, /eventsource",
    "GET, /htmlfile?c=x",
    "GET, /jsonp?c=x"
  })
  void whereCookiesAreWantedEverySessionUrlSetsOne(String method, String path) throws IOException {
    for (String sent : List.of("", "JSESSIONID=abcdef")) {
      String url = method + " " + session(cookies) + path;
      String body = method.equals("POST") ? "" : null;
      try (RawHttp answer = sent.isEmpty()
          ? RawHttp.send(url, body)
          : RawHttp.send(url, body, "Cookie", "a=b; " + sent)) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Set-Cookie").replace(" ", "").toLowerCase())
            .startsWith((sent.isEmpty() ? "jsessionid=dummy" : sent.toLowerCase()) + ";path=/");
      }
    }
  }

  @Test
  void postsSetTheCookieTooAndOtherServicesNone() throws IOException {
    String session = session(cookies);
    assertAnswer(get(session + "/jsonp?c=x"), 200, "/**/x(\"o\");\r\n");
    RawHttp sent = post(session + "/jsonp_send", form("[\"x\"]"), FORM);
    assertThat(sent.header("Set-Cookie")).startsWith("JSESSIONID=dummy;");
    assertThat(post(session(echo) + "/xhr", "").header("Set-Cookie")).isNull();
  }

  // WebSockets

  private static WebSocketRecorder socket(String session) {
    return WebSocketRecorder.raw(URI.create("ws" + session.substring(4) + "/websocket"));
  }

  @Test
  void aWebSocketCarriesTheSameFrames() {
    String session = session(echo);
    WebSocketRecorder first = socket(session);
    assertThat(first.frame()).isEqualTo("o");
    first.send("");
    first.send("[]");
    first.send("[\"a\"]");
    assertThat(first.frame()).isEqualTo("a[\"a\"]");
    WebSocketRecorder second = socket(session); // the same name, another session
    assertThat(second.frame()).isEqualTo("o");
    second.send("\"b\"");
    assertThat(second.frame()).isEqualTo("a[\"b\"]");
    first.send("[\"c\"]");
    assertThat(first.frame()).isEqualTo("a[\"c\"]");
    first.leave();
    second.leave();
    WebSocketRecorder third = socket(session);
    assertThat(third.frame()).isEqualTo("o");
    third.send("[\"broken");
    third.closed();
  }

  @Test
  void aWebSocketIsClosedAfterTheCloseFrame() {
    WebSocketRecorder closed = socket(session(close));
    assertThat(closed.frame()).isEqualTo("o");
    assertThat(closed.frame()).isEqualTo(GO_AWAY);
    closed.closed();
  }

  @Test
  void theHandshakeIsThatOfTheStandard() throws IOException {
    URI url = URI.create(session(echo) + "/websocket");
    try (RawSocketClient client = RawSocketClient.connect(url)) {
      RawSocketClient.Answer answer = client.handshake(url, "Sec-WebSocket-Origin", "http://asd");
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.head().toLowerCase())
          .contains("upgrade: websocket\r\n", "connection: upgrade\r\n")
          .contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n")
          .doesNotContain("content-length");
    }
  }

  @Test
  void whatIsNoHandshakeIsToldSo() throws IOException {
    String path = echo + "/0/0/websocket";
    for (String[] headers : new String[][] {{}, {"Upgrade", "WebSocket", "Connection", "close"}}) {
      try (RawHttp answer = get(path, headers)) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("valid websocket request");
      }
    }
    for (String[] headers :
        new String[][] {{}, {"Upgrade", "WebSocket", "Connection", "Upgrade"}}) {
      try (RawHttp answer = post(path, "", headers)) {
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isNotEmpty();
        assertThat(answer.header("Content-Type")).isNull();
        assertThat(answer.body()).isEmpty();
      }
    }
    assertThat(get(noWebSocket + "/0/0/websocket").status()).isEqualTo(404);
  }

  @Test
  void theBareWebSocketHasNoFramesOfOurs() {
    WebSocketRecorder bare =
        WebSocketRecorder.raw(URI.create("ws" + echo.substring(4) + "/websocket"));
    bare.send("Hello world!\uffff");
    assertThat(bare.frame()).isEqualTo("Hello world!\uffff");
    bare.leave();
    WebSocketRecorder closed =
        WebSocketRecorder.raw(URI.create("ws" + close.substring(4) + "/websocket"));
    assertThat(closed.closed().reason()).isEqualTo("Go away!");
  }

  // Characters

  @Test
  void whatBrowsersMangleIsEscapedAndAllElseArrivesAsItWas() throws IOException {
    Pattern mangled =
        Pattern.compile("[\\x00-\\x1f\u200c-\u200f\u2028-\u202f\u2060-\u206f\ufff0-\uffff]");
    StringBuilder escapes = new StringBuilder();
    StringBuilder characters = new StringBuilder();
    IntStream.range(0xff, 0x10000)
        .filter(c -> mangled.matcher(String.valueOf((char) c)).matches())
        .forEach(c -> {
          escapes.append("\\u%04x".formatted(c));
          characters.append((char) c);
        });
    String session = session(echo);
    assertPolled(session, "o");
    assertTaken(session, "[\"" + characters + "\"]");
    assertPolled(session, "a[\"" + escapes + "\"]");
    assertTaken(session, "[\"\\ud83d\\u0065 \\u007f\\u00ad\\u0600 🐼\"]"); // a half one among them
    try (RawHttp answer = post(session + "/xhr", "")) {
      String body = answer.body();
      assertThat(body).startsWith("a[\"\\ud83de ").endsWith("\"]\n");
    }
  }

  // HTTP

  @Test
  void oldHttpHasNoChunks() throws IOException {
    try (RawHttp greeting = RawHttp.send("GET " + echo + " HTTP/1.0", null)) {
      assertThat(greeting.chunked()).isFalse();
      assertThat(greeting.read(19)).isEqualTo("Welcome to SockJS!\n");
      greeting.assertEnds();
    }
    try (RawHttp stream = RawHttp.send(
        "POST " + session(close) + "/xhr_streaming HTTP/1.0", "", "Connection", "Keep-Alive")) {
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.chunked()).isFalse();
      assertThat(stream.header("Content-Length")).isNull();
      String all = PRELUDE + "o\n" + GO_AWAY + "\n";
      assertThat(stream.read(all.length())).isEqualTo(all);
      stream.assertEnds();
    }
  }

  @Test
  void aConnectionIsKeptForTheNextRequest() throws IOException {
    try (RawHttp first = get(echo, "Connection", "Keep-Alive")) {
      assertThat(first.body()).isEqualTo("Welcome to SockJS!\n");
      assertAnswer(first.again(URI.create(echo).getPath()), 200, "Welcome to SockJS!\n");
    }
  }
}
