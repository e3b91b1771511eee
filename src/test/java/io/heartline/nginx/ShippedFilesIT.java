package io.heartline.nginx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.EventStream;
import io.heartline.testing.RunningWar;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code deploy/nginx/heartline.conf}: TLS, every location, and what its log keeps. */
class ShippedFilesIT {
  @TempDir
  static Path folder;

  private static RunningWar war;
  private static NginxInFront nginx;
  private static SecureClient client;
  private static SelfSigned tls;

  @BeforeAll
  static void start() throws IOException {
    // No beats within a test: nothing that comes is on its way because something else was.
    war = RunningWar.start(
        folder.resolve("war"),
        "heartline.beat=1h",
        "heartline.beat.wss=1h",
        "heartline.origins=https://app.example.com");
    tls = SelfSigned.make(folder);
    int port = NginxInFront.freePort();
    nginx = NginxInFront.start(folder, Configuration.shipped(folder, port, tls, war), port);
    client = new SecureClient(tls, port);
  }

  @AfterAll
  static void stop() {
    war.close();
    nginx.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"updatewebsocket", "ws/user-channel"})
  void the101ReachesAClientAtOnceAlsoAtDoorsThatSayNothingFirst(String door) throws IOException {
    Wire line = client.raw("/heartline/" + door, "Origin", client.origin());
    line.assertRawLives();
    war.publish("updates", "\"to all\"");
    assertThat(line.next()).isEqualTo("to all");
    line.leave();
  }

  @Test
  void miniProgramsAreGreetedWithoutHavingSaidAWord() {
    Wire line = client.raw("/heartline/wss", "Origin", client.origin());
    assertThat(line.next()).startsWith("Server: ");
    line.send("test");
    assertThat(line.next()).isEqualTo("Server: Received(test)");
    line.leave();
  }

  @Test
  void whatIsPublishedThroughItArrivesAtALineThroughIt() throws IOException {
    Wire line = client.page("/heartline/line", "Origin", client.origin());
    line.subscribe("public:through", "");
    String big = "\"" + "x".repeat(200_000) + "\"";
    client.publish("/heartline/api/publish", war.key(), "public:through", big);
    assertThat(line.next()).endsWith("\"data\":" + big + "}");
    line.leave();
  }

  @Test
  void eventsPassAtOnceWhateverTheirSizeAndResume() throws IOException {
    String id;
    try (EventStream stream = client.events("/heartline/events?channels=public:events")) {
      assertThat(stream.object()).startsWith("{\"welcome\":");
      assertThat(stream.object()).startsWith("{\"subscribed\":");
      String big = "\"" + "x".repeat(200_000) + "\"";
      for (String data : List.of("1", big, "3")) { // each is there before the next is published
        war.publish("public:events", data);
        assertThat(stream.object()).endsWith("\"data\":" + data + "}");
      }
      id = stream.lastEventId();
    }
    war.publish("public:events", "4");
    try (EventStream again = client.events(
        "/heartline/events?channels=public:events",
        "Last-Event-ID",
        id,
        "Origin",
        client.origin())) {
      again.object();
      assertThat(again.object()).endsWith("\"recovered\":true}");
      assertThat(again.object()).endsWith("\"data\":4}");
    }
    HttpRequest.Builder evil = client
        .request("/heartline/events?channels=updates")
        .header("Origin", "https://evil.example");
    assertThat(client.send(evil).statusCode()).isEqualTo(403);
  }

  @Test
  void sockJsPassesAsAWebSocketAndAsAnswersThatDoNotEnd() throws IOException {
    assertThat(client.get("/heartline/sockjs/info")).contains("\"websocket\":true");
    Wire line =
        client.raw("/heartline/sockjs/updatewebsocket/a/b/websocket", "Origin", client.origin());
    assertThat(line.next()).isEqualTo("o");
    try (EventStream stream = client.events("/heartline/sockjs/updatewebsocket/a/c/eventsource")) {
      assertThat(stream.line()).isEmpty();
      assertThat(stream.line()).isEqualTo("data: o"); // there is no end that would flush it
    }
    line.leave();
  }

  @ParameterizedTest
  @ValueSource(strings = {"line", "updatewebsocket", "wss", "ws/user-channel"})
  void pagesOfItsOwnAreLetInAndForeignOnesAreNot(String door) {
    String path = "/heartline/" + door;
    assertThat(client.refused(path, "Origin", "https://evil.example")).isEqualTo(403);
    assertThat(client.refused(path, "Origin", client.origin().replace("https", "http")))
        .isEqualTo(403);
    client.raw(path, "Origin", client.origin());
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Scheme"})
  void whatAClientSaysOfItsSchemeIsNotPassedOn(String header) {
    String door = "/heartline/updatewebsocket";
    String plain = client.origin().replace("https", "http");
    assertThat(client.refused(door, "Origin", plain, header, "http")).isEqualTo(403);
    client.raw(door, "Origin", client.origin(), header, "http").assertRawLives();
  }

  @Test
  void itAnswersForTheApplicationBesideTheLines() throws IOException {
    assertThat(client.get("/heartline/api/whoami")).isEqualTo("{\"user\":null,\"channel\":null}");
    assertThat(client.get("/heartline/health/ready"))
        .isEqualTo("{\"ready\":true,\"publishing\":true}");
    assertThat(client.get("/heartline/demo/")).contains("heartline");
    assertThat(client.send(client.request("/elsewhere")).statusCode()).isEqualTo(404);
  }

  @Test
  void publishingNeedsTheKeyAndABodyOfReasonableSize() throws IOException {
    HttpRequest.Builder request = client
        .request("/heartline/api/publish")
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString("{\"channel\":\"updates\",\"data\":1}"));
    assertThat(client.send(request).statusCode()).isEqualTo(401);
    request
        .header("Authorization", "Bearer " + war.key())
        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[300_000]));
    assertThat(client.send(request).statusCode()).isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heartline.js", "heartline.mjs", "script/index.js", "sockjs.min.js"})
  void theScriptIsKeptFiveMinutesThenAskedForByItsETag(String script) throws IOException {
    HttpResponse<byte[]> answer = client.send(client.request("/heartline/" + script));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().allValues("Cache-Control")).containsExactly("max-age=300");
    String tag = answer.headers().firstValue("ETag").orElseThrow();
    HttpResponse<byte[]> again =
        client.send(client.request("/heartline/" + script).header("If-None-Match", tag));
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.headers().allValues("Cache-Control")).containsExactly("max-age=300");
  }

  @Test
  void theScriptTravelsSmallToWhoCanUnpackIt() throws IOException {
    HttpRequest.Builder request = client.request("/heartline/heartline.js");
    String plain = new String(client.send(request).body(), UTF_8);
    HttpResponse<byte[]> packed = client.send(request.header("Accept-Encoding", "gzip"));
    assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(packed.headers().allValues("Vary")).contains("Accept-Encoding");
    assertThat(packed.body()).hasSizeLessThan(plain.length() / 2);
    byte[] unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes();
    assertThat(new String(unpacked, UTF_8)).isEqualTo(plain);
    String tag = packed.headers().firstValue("ETag").orElseThrow();
    assertThat(client.send(request.header("If-None-Match", tag)).statusCode()).isEqualTo(304);
  }

  /** Not by nginx, so each header comes once. */
  @ParameterizedTest
  @ValueSource(strings = {"GET", "OPTIONS"})
  void pagesThatAreListedMayAskWhoTheyAreAndOthersAreToldNothing(String method) throws IOException {
    for (String origin : List.of("https://app.example.com", client.origin())) {
      HttpHeaders headers = whoami(method, origin);
      assertThat(headers.allValues("Access-Control-Allow-Origin")).containsExactly(origin);
      assertThat(headers.allValues("Access-Control-Allow-Credentials")).containsExactly("true");
      assertThat(headers.allValues("Vary")).containsExactly("Origin");
    }
    HttpHeaders headers = whoami(method, "https://evil.example");
    assertThat(headers.map().keySet()).noneMatch(name -> name.startsWith("access-control-"));
  }

  private static HttpHeaders whoami(String method, String origin) throws IOException {
    HttpResponse<byte[]> answer = client.send(client
        .request("/heartline/api/whoami")
        .method(method, HttpRequest.BodyPublishers.noBody())
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "GET"));
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.headers();
  }

  @Test
  void theAccessLogHoldsNoQueryNoTokenAndNoKey() throws IOException {
    String secret = "s3cr3t";
    client
        .raw(
            "/heartline/updatewebsocket?ticket=" + secret,
            "Authorization",
            "Bearer " + secret,
            "Cookie",
            "token=" + secret,
            "Referer",
            client.origin() + "/" + secret,
            "User-Agent",
            secret)
        .leave();
    client.send(client
        .request("/heartline/api/publish?key=" + secret)
        .header("Authorization", "Bearer " + secret)
        .POST(HttpRequest.BodyPublishers.ofString(secret)));
    client.send(client.request("/heartline/health/live?token=" + secret));
    client.send(client.request("/heartline/heartline.js?token=" + secret));
    for (String request : List.of(
        "\"GET /heartline/updatewebsocket\" 101",
        "\"POST /heartline/api/publish\" 401",
        "\"GET /heartline/health/live\" 200",
        "\"GET /heartline/heartline.js\" 200")) {
      NginxInFront.await(
          "logged " + request,
          () -> nginx.accessLog().stream().anyMatch(line -> line.contains(request)));
    }
    assertThat(nginx.accessLog()).noneMatch(line -> line.contains(secret) || line.contains("?"));
    assertThat(nginx.accessLog()).noneMatch(line -> line.contains("evil.example"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"upstream-cluster.conf", "upstream-cluster-spread.conf"})
  void theUpstreamsOfAClusterFitInTheirPlace(String file, @TempDir Path other) throws IOException {
    Configuration cluster = Configuration.cluster(other, 443, tls, file, 8080, 8081);
    assertThat(NginxInFront.judge(other, cluster))
        .contains("test is successful")
        .doesNotContain("[warn]");
  }
}
