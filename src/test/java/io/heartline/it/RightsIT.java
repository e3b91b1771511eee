package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.heartline.testing.EventStream;
import io.heartline.testing.Issuer;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may do what with which channel, at each door: the same everywhere. */
class RightsIT {
  /** Somebody, and the channels of the matrix that they may read. */
  private enum Who {
    NOBODY(Set.of("public:a", "lobby")),
    ANN(Set.of("public:a", "lobby", "user:ann", "order:ann:7", "team:red:1", "asked:ann")),
    STAFF(Set.of("public:a", "lobby", "user:boss", "staff:news"));

    final Set<String> mayRead;

    Who(Set<String> mayRead) {
      this.mayRead = mayRead;
    }

    /** The headers by which they are known. */
    String[] headers() {
      return switch (this) {
        case NOBODY -> new String[0];
        case ANN -> bearer(ISSUER.token("ann", claims -> claims.claim("team", "red")));
        case STAFF ->
          bearer(ISSUER.token("boss", claims -> claims.claim("groups", List.of("staff"))));
      };
    }

    private static String[] bearer(String token) {
      return new String[] {"Authorization", "Bearer " + token};
    }
  }

  /** Where anybody may read and publish, by the same rules. */
  private static final List<String> CHANNELS = List.of(
      "public:a",
      "lobby",
      "user:ann",
      "user:boss",
      "order:ann:7",
      "order:bob:7",
      "team:red:1",
      "team:blue:1",
      "staff:news",
      "asked:ann",
      "asked:bob",
      // what looks like one of these
      "User:ann",
      "user:Ann",
      "user:ann:1",
      "user:ann/1",
      "user:1/../ann",
      "user:#61nn",
      "order:Ann:7",
      "order:ann#3A:7",
      "order::7",
      "ORDER:ann:7",
      "team:red#3A1:1",
      "lobby:1",
      "LOBBY",
      "publicity",
      "public",
      "user:ann#presence",
      "lobby#presence");

  /** What is no name of a channel, though it may look like one to somebody. */
  private static final List<String> NO_NAMES = List.of(
      "user:ann\u0000", "user:ann ", "user:\u00e4nn", "user:a\u0308nn", "user:%61nn", "lobby*");

  private static final Issuer ISSUER = Issuer.withSecret();

  @TempDir
  static Path folder;

  private static RunningWar war;
  private static HttpServer application;
  private static volatile boolean away;
  private static final AtomicInteger ASKED = new AtomicInteger();

  @BeforeAll
  static void start() throws IOException {
    application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    application.createContext("/rights", RightsIT::answer);
    application.start();
    List<String> settings = new ArrayList<>(List.of(Issuer.settings(folder)));
    String rules =
        "lobby for everybody, order:{user}:*, team:{claim.team}:*, staff:* for group:staff";
    settings.addAll(List.of(
        "heartline.jwt.claims=team",
        "heartline.subscribe=" + rules,
        "heartline.publish=" + rules + ", user:{user}, public:a for everybody",
        "heartline.line.channels=100",
        "heartline.seats.line=none",
        "heartline.rights.callback=http://127.0.0.1:" + application.getAddress().getPort()
            + "/rights",
        "heartline.rights.callback.key=the-rights-key"));
    war = RunningWar.start(folder, settings.toArray(new String[0]));
  }

  /** The application lets ann read and publish in one channel more. */
  private static void answer(HttpExchange exchange) throws IOException {
    ASKED.incrementAndGet();
    String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    boolean ours =
        "Bearer the-rights-key".equals(exchange.getRequestHeaders().getFirst("Authorization"));
    boolean allow = ours
        && question.contains("\"user\":\"ann\"")
        && question.contains("\"channel\":\"asked:ann\"")
        && question.contains("\"claims\":{\"team\":[\"red\"]}");
    assertThat(question).as("it is never asked about users' channels").doesNotContain("\"user:");
    byte[] body = ("{\"allow\":" + allow + ",\"for\":\"1s\"}").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(away ? 503 : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @AfterAll
  static void stop() {
    war.close();
    application.stop(0);
  }

  private static Map<String, Boolean> expected(Who who) {
    Map<String, Boolean> expected = new LinkedHashMap<>();
    CHANNELS.forEach(channel ->
        expected.put(channel, who.mayRead.contains(channel) || channel.equals("public")));
    return expected;
  }

  private static WebSocketRecorder page(Who who) {
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"), who.headers());
    page.send("{\"hello\":{}}");
    assertThat(page.object()).contains("\"welcome\"");
    return page;
  }

  /** Returns the next answer; what is published may come before it. */
  private static String answer(WebSocketRecorder page) {
    String object = page.object();
    while (object.startsWith("{\"channel\":")) {
      object = page.object();
    }
    return object;
  }

  /** Returns whether it was a yes; anything but a refusal of the right is a failure. */
  private static boolean allowed(String answer, String yes) {
    if (answer.startsWith(yes)) {
      return true;
    }
    assertThat(answer).contains("\"code\":\"forbidden\"");
    return false;
  }

  @ParameterizedTest
  @EnumSource(Who.class)
  void onALineByAPage(Who who) {
    for (String more : List.of("", ",\"last\":5", ",\"after\":\"x.0:0:0\"")) {
      Map<String, Boolean> may = new LinkedHashMap<>();
      WebSocketRecorder page = page(who);
      for (String channel : CHANNELS) {
        page.send("{\"subscribe\":\"" + channel + "\"" + more + "}");
        may.put(channel, allowed(answer(page), "{\"subscribed\":\"" + channel + "\""));
      }
      page.send("{\"probe\":1}");
      assertThat(answer(page)).as("the line goes on").isEqualTo("{\"probed\":1}");
      page.leave();
      assertThat(may).as(more).isEqualTo(expected(who));
    }
  }

  @ParameterizedTest
  @EnumSource(Who.class)
  void byServerSentEvents(Who who) throws IOException {
    Map<String, Boolean> may = new LinkedHashMap<>();
    String all = URLEncoder.encode(String.join(",", CHANNELS), StandardCharsets.UTF_8);
    try (EventStream stream = EventStream.open(war.http("events?channels=" + all), who.headers())) {
      assertThat(stream.telling()).contains("\"welcome\"");
      for (String channel : CHANNELS) {
        may.put(channel, allowed(stream.telling(), "{\"subscribed\":\"" + channel + "\""));
      }
    }
    assertThat(may).isEqualTo(expected(who));
  }

  @ParameterizedTest
  @EnumSource(Who.class)
  void byHttp(Who who) throws IOException {
    for (String path : List.of("api/history?last=1&channel=", "api/position?channel=")) {
      Map<String, Boolean> may = new LinkedHashMap<>();
      for (String channel : CHANNELS) {
        HttpResponse<String> answer =
            war.get(path + URLEncoder.encode(channel, StandardCharsets.UTF_8), who.headers());
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 403);
        may.put(channel, answer.statusCode() == 200);
      }
      assertThat(may).as(path).isEqualTo(expected(who));
    }
  }

  @ParameterizedTest
  @EnumSource(Who.class)
  void byStomp(Who who) {
    Map<String, Boolean> may = new LinkedHashMap<>();
    for (String channel : CHANNELS) { // a refusal ends the line
      WebSocketRecorder client = WebSocketRecorder.stomp(war.door("stomp"), who.headers());
      client.send("CONNECT\naccept-version:1.2\n\n\0");
      assertThat(client.frame()).startsWith("CONNECTED\n");
      client.send("SUBSCRIBE\nid:1\nreceipt:r\ndestination:/topic/" + channel + "\n\n\0");
      may.put(channel, stompAllowed(client.frame()));
    }
    assertThat(may).isEqualTo(expected(who));
  }

  private static boolean stompAllowed(String frame) {
    if (frame.startsWith("RECEIPT\n")) {
      return true;
    }
    assertThat(frame).startsWith("ERROR\n").contains("\ncode:forbidden\n");
    return false;
  }

  @ParameterizedTest
  @EnumSource(Who.class)
  void bySockJs(Who who) {
    Map<String, Boolean> may = new LinkedHashMap<>();
    int session = 0;
    for (String channel : CHANNELS) {
      WebSocketRecorder client = WebSocketRecorder.raw(
          war.door("sockjs/000/" + who.name() + session++ + "/websocket"), who.headers());
      assertThat(client.frame()).isEqualTo("o");
      client.send("[\"CONNECT\\naccept-version:1.2\\n\\n\\u0000\"]");
      assertThat(client.frame()).startsWith("a[\"CONNECTED\\n");
      client.send(
          "[\"SUBSCRIBE\\nid:1\\nreceipt:r\\ndestination:/topic/" + channel + "\\n\\n\\u0000\"]");
      String frame = client.frame();
      may.put(channel, frame.startsWith("a[\"RECEIPT\\n"));
      assertThat(frame).matches("(?s)a\\[\"(RECEIPT|ERROR.*code:forbidden).*");
    }
    assertThat(may).isEqualTo(expected(who));
  }

  @ParameterizedTest
  @EnumSource(Who.class)
  void whoMayPublishByAPage(Who who) {
    Map<String, Boolean> may = new LinkedHashMap<>();
    WebSocketRecorder page = page(who);
    for (String channel : CHANNELS) {
      page.send("{\"publish\":\"" + channel + "\",\"data\":1,\"id\":\"m\"}");
      may.put(channel, allowed(page.object(), "{\"published\":\"" + channel + "\""));
    }
    page.assertPageLives();
    page.leave();
    Map<String, Boolean> expected = expected(who);
    expected.put("public", false);
    assertThat(may).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(Who.class)
  void whoMayPublishByStomp(Who who) {
    Map<String, Boolean> may = new LinkedHashMap<>();
    for (String channel : CHANNELS) {
      WebSocketRecorder client = WebSocketRecorder.stomp(war.door("stomp"), who.headers());
      client.send("CONNECT\naccept-version:1.2\n\n\0");
      assertThat(client.frame()).startsWith("CONNECTED\n");
      client.send("SEND\nreceipt:r\ndestination:/topic/" + channel + "\n\n1\0");
      may.put(channel, stompAllowed(client.frame()));
    }
    Map<String, Boolean> expected = expected(who);
    expected.put("public", false);
    assertThat(may).isEqualTo(expected);
  }

  @Test
  void whatIsNoNameOpensNothing() throws IOException {
    WebSocketRecorder page = page(Who.ANN);
    for (String name : NO_NAMES) {
      String json = name.replace("\u0000", "\\u0000");
      for (String command : List.of("{\"subscribe\":", "{\"data\":1,\"publish\":")) {
        page.send(command + "\"" + json + "\"}");
        assertThat(page.object()).as(name).contains("\"code\":\"channel\"");
      }
      HttpResponse<String> answer = war.get(
          "api/history?channel=" + URLEncoder.encode(name, StandardCharsets.UTF_8),
          Who.ANN.headers());
      assertThat(answer.statusCode()).as(name).isEqualTo(400);
    }
    page.assertPageLives();
    page.leave();
  }

  @Test
  void whatIsPublishedArrivesOnceAndAtOthers() {
    WebSocketRecorder boss = page(Who.STAFF);
    boss.send("{\"subscribe\":\"staff:news\"}");
    assertThat(boss.object()).startsWith("{\"subscribed\"");
    WebSocketRecorder other = page(Who.STAFF);
    for (int i = 0; i < 2; i++) { // the second time on another line
      other.send("{\"publish\":\"staff:news\",\"data\":{\"n\":1},\"id\":\"once\"}");
      assertThat(Json.field(other.object(), "id")).isEqualTo("once");
      other.leave();
      other = page(Who.STAFF);
    }
    other.send("{\"publish\":\"staff:news\",\"data\":{\"n\":2}}");
    assertThat(other.object()).startsWith("{\"published\"");
    other.leave();
    for (String data : List.of("{\"n\":1}", "{\"n\":2}")) {
      assertThat(boss.object()).startsWith("{\"channel\"").endsWith(",\"data\":" + data + "}");
    }
    boss.assertPageLives();
    boss.leave();
  }

  @Test
  void anApplicationThatIsAwayTakesNothingAwayAndOpensNothing() throws Exception {
    WebSocketRecorder page = page(Who.ANN);
    page.send("{\"subscribe\":\"asked:ann\"}");
    assertThat(page.object()).startsWith("{\"subscribed\"");
    away = true;
    try {
      int before = ASKED.get();
      long deadline = System.nanoTime() + RunningWar.PATIENCE.toNanos();
      while (ASKED.get() == before && System.nanoTime() - deadline < 0) {
        Thread.sleep(50); // the right of a second runs out
      }
      assertThat(ASKED.get()).isGreaterThan(before);
      page.send("{\"publish\":\"asked:ann\",\"data\":1}");
      assertThat(page.object()).contains("\"code\":\"unavailable\"");
      assertThat(war.get("api/history?channel=asked:bob", Who.ANN.headers()).statusCode())
          .isEqualTo(503);
      war.publish("asked:ann", "7");
      assertThat(page.object()).contains("\"channel\":\"asked:ann\"").contains("\"data\":7");
    } finally {
      away = false;
    }
    page.leave();
  }

  @Test
  void aTokenOpensTheChannelThatItNamesToWhomItNames() {
    String token = ISSUER.signed(
        new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType("channel+jwt")),
        new JWTClaimsSet.Builder()
            .subject("ann")
            .issuer(Issuer.ISSUER)
            .audience(Issuer.AUDIENCE)
            .claim("channel", List.of("order:bob:7", "user:boss"))
            .expirationTime(Date.from(Instant.now().plusSeconds(60)))
            .build());
    WebSocketRecorder ann = page(Who.ANN);
    ann.send(shown("order:bob:7", token));
    assertThat(ann.object()).startsWith("{\"subscribed\":\"order:bob:7\"");
    for (String channel : List.of("order:bob:8", "user:boss")) {
      ann.send(shown(channel, token));
      assertThat(ann.object()).contains("\"code\":\"forbidden\",\"message\":\"");
    }
    ann.leave();
    WebSocketRecorder boss = page(Who.STAFF);
    boss.send(shown("order:bob:7", token));
    assertThat(boss.object()).contains("the token is for another user (sub)");
    boss.send(shown("staff:news", ISSUER.token("boss")));
    assertThat(boss.object()).contains("the token is for another purpose (typ)");
    boss.leave();
    WebSocketRecorder login = WebSocketRecorder.page(war.door("line"));
    login.send("{\"hello\":{\"token\":\"" + token + "\"}}");
    assertThat(login.closedAtLast().code()).isEqualTo(4504);
    assertThat(String.join("\n", war.output())).doesNotContain(token);
  }

  private static String shown(String channel, String token) {
    return "{\"subscribe\":\"" + channel + "\",\"token\":\"" + token + "\"}";
  }
}
