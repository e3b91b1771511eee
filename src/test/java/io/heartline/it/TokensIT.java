package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.EventStream;
import io.heartline.testing.Issuer;
import io.heartline.testing.Json;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users of another application, known by its tokens, wherever a client can put one. */
class TokensIT {
  @TempDir
  static Path folder;

  private static final Issuer ISSUER = Issuer.withSecret();
  private static final String WRONG =
      Issuer.withSecret("another-secret-that-is-long-enough-too").token("ann");

  /** All tokens that were shown to the server. */
  private static final Queue<String> SHOWN = new ConcurrentLinkedQueue<>(List.of(WRONG));

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    List<String> settings = new ArrayList<>(List.of(Issuer.settings(folder)));
    settings.add("heartline.jwt.cookie=live");
    settings.add("heartline.jwt.skew=0s");
    settings.add("heartline.seats.line=none");
    settings.add("heartline.seats.user-channel=none");
    settings.add("heartline.demo=true");
    settings.add("heartline.api.scopes=publish,read");
    war = RunningWar.start(folder, settings.toArray(String[]::new));
  }

  /** What was shown in the whole test is in no log. */
  @AfterAll
  static void stop() {
    war.close();
    String output = String.join("\n", war.output());
    assertThat(SHOWN)
        .allSatisfy(token -> assertThat(output)
            .doesNotContain(token)
            .doesNotContain(token.split("\\.")[1])
            .doesNotContain(token.split("\\.")[2]));
    assertThat(output).doesNotContain("0123456789abcdef0123456789abcdef");
  }

  private static String token(String user) {
    return shown(ISSUER.token(user));
  }

  private static String token(String user, Duration life) {
    return shown(ISSUER.token(user, life));
  }

  private static String shown(String token) {
    SHOWN.add(token);
    return token;
  }

  private static String hello(String token) {
    return "{\"hello\":{\"token\":\"" + token + "\"}}";
  }

  private static WebSocketRecorder page(String token) {
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"));
    page.send(hello(token));
    assertThat(page.object()).startsWith("{\"welcome\":{").contains("\"user\":\"ann\"");
    return page;
  }

  private static String whoami(String... headers) throws IOException {
    return Json.field(war.get("api/whoami", headers).body(), "user");
  }

  @Test
  void inTheFirstFrame() throws IOException {
    WebSocketRecorder page = page(token("ann"));
    page.send("{\"subscribe\":\"user:ann\"}");
    assertThat(page.object()).startsWith("{\"subscribed\":\"user:ann\"");
    assertThat(war.publish("{\"user\":\"ann\",\"data\":\"hers\"}").statusCode()).isEqualTo(200);
    assertThat(page.object()).endsWith("\"data\":\"hers\"}");
    page.send("{\"subscribe\":\"user:bob\"}");
    assertThat(page.object()).contains("\"code\":\"forbidden\"");
    page.leave();
  }

  /** The server answers heartline.v1 alone, which the recorder checks. */
  @Test
  void inPlaceOfASubprotocol() {
    WebSocketRecorder page = WebSocketRecorder.pageWithToken(war.door("line"), token("ann"));
    page.send("{\"hello\":{}}");
    assertThat(Json.field(page.object(), "user")).isEqualTo("ann");
    page.leave();
  }

  @Test
  void aRawDoorEchoesNoTokenEither() throws IOException {
    try (RawSocketClient raw = RawSocketClient.connect(war.door("ws/user-channel"))) {
      var answer = raw.handshake(
          war.door("ws/user-channel"),
          "Sec-WebSocket-Protocol",
          "bearer." + token("ann") + ", mine");
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.toString()).contains("mine").doesNotContain("bearer");
    }
  }

  @Test
  void inAnAuthorizationHeader() throws IOException {
    String bearer = "Bearer " + token("ann");
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"), "Authorization", bearer);
    page.send("{\"hello\":{}}");
    assertThat(Json.field(page.object(), "user")).isEqualTo("ann");
    page.leave();
    WebSocketRecorder raw =
        WebSocketRecorder.listening(war.door("ws/user-channel"), "Authorization", bearer);
    war.publish("{\"user\":\"ann\",\"data\":\"raw\"}");
    assertThat(raw.frame()).isEqualTo("raw");
    raw.leave();
    assertThat(whoami("Authorization", bearer)).isEqualTo("ann");
  }

  @Test
  void inACookie() throws IOException {
    String cookie = "a=b; live=" + token("ann");
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"), "Cookie", cookie);
    page.send("{\"hello\":{}}");
    assertThat(Json.field(page.object(), "user")).isEqualTo("ann");
    page.leave();
    assertThat(whoami("Cookie", cookie)).isEqualTo("ann");
    try (EventStream events =
        EventStream.open(war.http("events?channels=user:ann"), "Cookie", cookie)) {
      assertThat(Json.field(events.telling(), "user")).isEqualTo("ann");
    }
  }

  /** A token that is shown is meant; a cookie comes with everything. */
  @Test
  void aTokenThatIsShownGoesBeforeTheCookie() throws IOException {
    assertThat(whoami("Cookie", "live=" + token("ann"), "Authorization", "Bearer " + token("bob")))
        .isEqualTo("bob");
    WebSocketRecorder page =
        WebSocketRecorder.page(war.door("line"), "Cookie", "live=" + token("bob"));
    page.send(hello(token("ann")));
    assertThat(Json.field(page.object(), "user")).isEqualTo("ann");
    page.leave();
  }

  @Test
  void onAStreamOfEvents() throws IOException {
    try (EventStream events = EventStream.open(
        war.http("events?channels=user:ann"), "Authorization", "Bearer " + token("ann"))) {
      assertThat(Json.field(events.telling(), "user")).isEqualTo("ann");
      assertThat(events.telling()).startsWith("{\"subscribed\":\"user:ann\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Authorization:Bearer ", "login:any\npasscode:"})
  void inTheFirstFrameOfStomp(String place) {
    WebSocketRecorder client = WebSocketRecorder.raw(war.door("stomp"));
    client.send("CONNECT\naccept-version:1.2\nhost:x\n" + place + token("ann") + "\n\n\0");
    assertThat(client.frame()).startsWith("CONNECTED\n").contains("user-name:ann\n");
    client.leave();
  }

  @Test
  void aWrongTokenInTheFirstFrameOfStompIsAnError() {
    WebSocketRecorder client = WebSocketRecorder.raw(war.door("stomp"));
    client.send("CONNECT\naccept-version:1.2\nhost:x\npasscode:" + WRONG + "\n\n\0");
    assertThat(client.frame()).startsWith("ERROR\n").contains("credentials refused");
    assertThat(client.closed().code()).isEqualTo(4504);
  }

  @Test
  void forWhatIsReadByHttp() throws IOException {
    war.publish("{\"user\":\"carl\",\"data\":\"his\"}");
    String bearer = "Bearer " + token("carl");
    HttpResponse<String> history =
        war.get("api/history?channel=user:carl&last=1", "Authorization", bearer);
    assertThat(history.statusCode()).as(history.body()).isEqualTo(200);
    assertThat(history.body()).contains("\"data\":\"his\"");
    assertThat(
            war.get("api/position?channel=user:carl", "Authorization", bearer).statusCode())
        .isEqualTo(200);
    assertThat(war.get("api/history?channel=user:ann", "Authorization", bearer).statusCode())
        .isEqualTo(403);
    assertThat(war.get("api/history?channel=user:carl", "Authorization", "Bearer " + war.key())
            .statusCode())
        .as("a key is still taken for a key")
        .isEqualTo(200);
    assertThat(war.get("api/history?channel=public:a", "Authorization", "Bearer " + WRONG)
            .statusCode())
        .isEqualTo(401);
  }

  @Test
  void aTokenIsNoKey() throws IOException {
    HttpResponse<String> answer = RunningWar.send(war.publishRequest()
        .setHeader("Authorization", "Bearer " + token("ann"))
        .POST(java.net.http.HttpRequest.BodyPublishers.ofString(
            "{\"channel\":\"updates\",\"data\":1}")));
    assertThat(answer.statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"token", "access_token", "bearer", "jwt", "authorization"})
  void neverInAnAddress(String parameter) throws IOException {
    String query = "?" + parameter + "=" + ISSUER.token("ann");
    assertThat(Json.field(war.get("api/whoami" + query).body(), "user")).isEqualTo("null");
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line" + query));
    page.send("{\"hello\":{}}");
    assertThat(page.object()).doesNotContain("\"user\"");
    page.leave();
  }

  @Test
  void aWrongTokenIsNobodysAndNotNobody() throws IOException {
    String cookie = "live=" + WRONG;
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"));
    page.send(hello(WRONG));
    assertThat(page.object()).startsWith("{\"bye\":{\"code\":4504");
    assertThat(page.closed().code()).isEqualTo(4504);
    war.awaitOutput("4504 credentials refused");
    WebSocketRecorder kept = WebSocketRecorder.page(war.door("line"), "Cookie", cookie);
    kept.send("{\"hello\":{}}");
    assertThat(kept.closedAtLast().code()).isEqualTo(4504);
    WebSocketRecorder raw = WebSocketRecorder.raw(war.door("updatewebsocket"), "Cookie", cookie);
    assertThat(raw.closed())
        .isEqualTo(
            new Closed(4500, "credentials refused: the token is signed by none of the keys here"));
    for (String[] headers : List.of(
        new String[] {"Authorization", "Bearer " + WRONG}, new String[] {"Cookie", cookie})) {
      HttpResponse<String> answer = war.get("api/whoami", headers);
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).contains("\"field\":\"credentials\"");
      try (EventStream events = EventStream.open(war.http("events?channels=updates"), headers)) {
        assertThat(events.telling()).startsWith("{\"bye\":{\"code\":4504");
        events.assertEnds();
      }
    }
  }

  @Test
  void anExpiredOneIsRefused() {
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"));
    page.send(hello(token("ann", Duration.ofSeconds(-2))));
    assertThat(page.object()).contains("the token has expired");
    assertThat(page.closed().code()).isEqualTo(4504);
  }

  @Test
  void aLineThatRenewsItsTokenGoesOn() throws IOException {
    WebSocketRecorder page = page(token("ann", Duration.ofSeconds(6)));
    page.send("{\"subscribe\":\"user:ann\"}");
    page.object();
    assertThat(page.object()).startsWith("{\"expiring\":");
    page.send("{\"token\":\"" + token("ann") + "\"}");
    page.assertPageLives();
    Instant before = Instant.now();
    while (Instant.now().isBefore(before.plusSeconds(6))) {
      page.assertPageLives();
      pause();
    }
    war.publish("{\"user\":\"ann\",\"data\":\"later\"}");
    assertThat(page.object()).contains("\"data\":\"later\"");
    page.leave();
  }

  private static void pause() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aLineThatDoesNotIsClosedAndComesBack() throws IOException {
    WebSocketRecorder page = page(token("ann", Duration.ofSeconds(2)));
    WebSocketRecorder raw = WebSocketRecorder.raw(
        war.door("updatewebsocket"), "Cookie", "live=" + token("ann", Duration.ofSeconds(2)));
    try (EventStream events = EventStream.open(
        war.http("events?channels=updates"),
        "Authorization",
        "Bearer " + token("ann", Duration.ofSeconds(2)))) {
      assertThat(events.telling()).startsWith("{\"welcome\"");
      assertThat(events.telling()).startsWith("{\"subscribed\"");
      assertThat(events.telling())
          .startsWith("{\"bye\":{\"code\":4001,")
          .contains("\"reconnect\":true");
      events.assertEnds();
    }
    Closed expired = new Closed(4001, "the credentials have expired");
    assertThat(page.closedAtLast()).isEqualTo(expired);
    assertThat(raw.closed()).isEqualTo(expired);
    page(token("ann")).leave();
  }

  @Test
  void anotherUsersTokenEndsTheLine() {
    WebSocketRecorder page = page(token("ann"));
    page.send("{\"token\":\"" + token("bob") + "\"}");
    assertThat(page.object()).startsWith("{\"bye\":{\"code\":4504");
    assertThat(page.closed().code()).isEqualTo(4504);
  }

  @Test
  void whoWasSomebodyIsToldThatTheyAreNobodyNow() throws IOException {
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"));
    page.send("{\"hello\":{\"as\":\"ann\"}}");
    assertThat(page.object()).startsWith("{\"bye\":{\"code\":4503,");
    assertThat(page.closed()).isEqualTo(new Closed(4503, "logged out"));
    try (EventStream events = EventStream.open(war.http("events?channels=updates&as=ann"))) {
      assertThat(events.telling()).startsWith("{\"bye\":{\"code\":4503,");
      events.assertEnds();
    }
    try (EventStream events = EventStream.open(
        war.http("events?channels=updates&as=ann"), "Authorization", "Bearer " + token("bob"))) {
      assertThat(events.telling()).startsWith("{\"bye\":{\"code\":4504,");
      events.assertEnds();
    }
  }

  @Test
  void aShortSecretEndsTheStartAndIsNotShown(@TempDir Path other) throws IOException {
    Path secret = Files.writeString(other.resolve("short"), "too-short-a-secret");
    RunningWar failed =
        RunningWar.failToStart(other, Issuer.settings("heartline.jwt.secret.file=" + secret));
    assertThat(String.join("\n", failed.output()))
        .contains("heartline.jwt.secret.file must hold a secret of at least 32 bytes: it has 18")
        .doesNotContain("too-short-a-secret");
  }

  @Test
  void aTokenThatIsNotValidYetIsRefused() {
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"));
    page.send(hello(shown(ISSUER.token(
        "ann", claims -> claims.notBeforeTime(Date.from(Instant.now().plusSeconds(60)))))));
    assertThat(page.object()).contains("not valid yet");
    assertThat(page.closed().code()).isEqualTo(4504);
  }
}
