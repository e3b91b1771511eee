package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.security.NewKey;
import io.heartline.testing.EventStream;
import io.heartline.testing.Issuer;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One call of the application closes the lines of a user on every door, and keeps them out. */
class DisconnectIT {
  private static final NewKey OPS = NewKey.make("ops", "disconnect,read", null);
  private static final NewKey SHOP = NewKey.make("shop", "publish", null);

  @TempDir
  Path folder;

  private RunningWar war;

  @BeforeEach
  void keys() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("api.keys"), OPS.line() + "\n" + SHOP.line());
  }

  @AfterEach
  void stop() {
    war.close();
  }

  private void start() throws IOException {
    war =
        RunningWar.start(folder, "heartline.seats.line=none", "heartline.seats.user-channel=none");
  }

  private HttpResponse<String> call(String method, String path, NewKey key, String body)
      throws IOException {
    return RunningWar.send(HttpRequest.newBuilder(war.http(path))
        .timeout(RunningWar.PATIENCE)
        .header("Authorization", "Bearer " + key.secret())
        .header("Content-Type", "application/json")
        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
  }

  private String disconnect(String body) throws IOException {
    HttpResponse<String> answer = call("POST", "api/disconnect", OPS, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private String user(Guest guest) throws IOException {
    HttpResponse<String> answer = call("GET", "api/users/" + guest.user(), OPS, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  /** A line of each kind. */
  private final class Lines {
    final WebSocketRecorder page;
    final WebSocketRecorder own;
    final WebSocketRecorder updates;
    final WebSocketRecorder program;
    final WebSocketRecorder stomp;
    final EventStream events;

    Lines(Guest guest) throws IOException {
      String[] cookie = {"Cookie", guest.cookie()};
      page = WebSocketRecorder.page(war.door("line"), cookie);
      page.send("{\"hello\":{}}");
      own = WebSocketRecorder.raw(war.door("ws/user-channel"), cookie);
      updates = WebSocketRecorder.raw(war.door("updatewebsocket"), cookie);
      program = WebSocketRecorder.raw(war.door("wss"), cookie);
      stomp = WebSocketRecorder.raw(war.door("sockjs/000/abcdefgh/websocket"), cookie);
      stomp.send("[\"CONNECT\\naccept-version:1.2\\nhost:x\\n\\n\\u0000\"]");
      events = EventStream.open(war.http("events?channels=updates"), cookie);
    }

    void assertLive() {
      assertThat(page.object()).contains("\"welcome\"");
      own.assertRawLives();
      updates.assertRawLives();
      program.frame(); // its greeting
      assertThat(stomp.frame()).isEqualTo("o");
      assertThat(stomp.frame()).contains("CONNECTED");
      assertThat(events.object()).contains("\"welcome\"");
      assertThat(events.object()).contains("\"subscribed\"");
    }

    void assertClosed(int code, String reason) {
      Closed raw = new Closed(4500, reason);
      assertThat(page.closedAtLast()).isEqualTo(new Closed(code, reason));
      assertThat(own.closedAtLast()).isEqualTo(raw);
      assertThat(updates.closedAtLast()).isEqualTo(raw);
      assertThat(program.closedAtLast()).isEqualTo(raw);
      assertThat(stomp.closedAtLast().code()).isEqualTo(code);
      assertThat(events.telling()).startsWith("{\"bye\":{\"code\":" + code);
      events.assertEnds();
    }
  }

  @ParameterizedTest
  @CsvSource({"kicked, 4501, disconnected by an operator", "logged-out, 4503, logged out"})
  void allLinesOfAUserAreClosedAndNobodyElses(String reason, int code, String words)
      throws IOException {
    start();
    Guest ann = war.guest();
    Lines lines = new Lines(ann);
    lines.assertLive();
    WebSocketRecorder bob = WebSocketRecorder.listening(
        war.door("ws/user-channel"), "Cookie", war.guest().cookie());
    WebSocketRecorder nobody = WebSocketRecorder.listening(war.door("updatewebsocket"));
    assertThat(disconnect("{\"user\":\"" + ann.user() + "\",\"reason\":\"" + reason + "\"}"))
        .isEqualTo("{\"closed\":6}");
    lines.assertClosed(code, words);
    bob.assertRawLives();
    nobody.assertRawLives();
    WebSocketRecorder again =
        WebSocketRecorder.listening(war.door("ws/user-channel"), "Cookie", ann.cookie());
    again.leave(); // nothing keeps them out
  }

  @Test
  void whoIsBlockedStaysOutOnEachDoorAlsoAfterARestartUntilTheyAreLetIn() throws IOException {
    start();
    RunningWar first = war;
    Guest ann = first.guest();
    Lines lines = new Lines(ann);
    lines.assertLive();
    String answer = disconnect("{\"user\":\"" + ann.user() + "\",\"block\":3600}");
    assertThat(Json.field(answer, "closed")).isEqualTo("6");
    long until = Long.parseLong(Json.field(answer, "blocked"));
    lines.assertClosed(4502, "blocked");
    assertKeptOut(ann);
    assertThat(user(ann)).contains("\"online\":false").contains("\"blocked\":" + until);

    first.kill();
    start();
    assertKeptOut(ann);
    assertThat(user(ann)).contains("\"blocked\":" + until);
    String path = "api/disconnect?user=" + ann.user();
    assertThat(call("DELETE", path, OPS, "").body()).isEqualTo("{\"lifted\":true}");
    assertThat(call("DELETE", path, OPS, "").body()).isEqualTo("{\"lifted\":false}");
    Lines after = new Lines(ann);
    after.assertLive();
    assertThat(user(ann)).contains("\"online\":true").contains("\"blocked\":null");
    war.awaitOutput("the key ops lifts the block of user " + ann.user());
  }

  private void assertKeptOut(Guest guest) throws IOException {
    new Lines(guest).assertClosed(4502, "blocked");
    for (String path : List.of("api/whoami", "api/history?channel=updates")) {
      HttpResponse<String> answer = war.get(path, "Cookie", guest.cookie());
      assertThat(answer.statusCode()).as(path).isEqualTo(403);
      assertThat(Json.field(answer.body(), "field")).isEqualTo("user");
      assertThat(Json.field(answer.body(), "message")).matches("is blocked until 20.*Z");
    }
    HttpResponse<String> publish = RunningWar.send(HttpRequest.newBuilder(war.http("demo/publish"))
        .header("Cookie", guest.cookie())
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{\"channel\":\"public:demo\",\"data\":1}")));
    assertThat(publish.statusCode()).isEqualTo(403);
  }

  @Test
  void aSingleLineIsClosedByItsId() throws IOException {
    start();
    Guest ann = war.guest();
    List<WebSocketRecorder> pages = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      WebSocketRecorder page = WebSocketRecorder.page(war.door("line"), "Cookie", ann.cookie());
      page.send("{\"hello\":{}}");
      ids.add(Json.field(page.object(), "line"));
      pages.add(page);
    }
    assertThat(user(ann))
        .contains("\"count\":2")
        .contains("\"line\":\"" + ids.get(0) + "\",\"door\":\"line\",\"address\":\"127.0.0.1\"");
    assertThat(disconnect("{\"line\":\"" + ids.get(0) + "\"}")).isEqualTo("{\"closed\":1}");
    assertThat(pages.get(0).closedAtLast().code()).isEqualTo(4501);
    pages.get(1).assertPageLives();
    assertThat(disconnect("{\"line\":\"" + ids.get(0) + "\"}")).isEqualTo("{\"closed\":0}");
    assertThat(disconnect("{\"session\":\"none\"}")).isEqualTo("{\"closed\":0}");
  }

  @Test
  void aRevokedTokenEndsItsLinesAndOpensNoMoreAlsoAfterARestart() throws IOException {
    Closed loggedOut = new Closed(4503, "logged out");
    Issuer issuer = Issuer.withSecret();
    List<String> settings = new ArrayList<>(List.of(Issuer.settings(folder)));
    settings.add("heartline.seats.line=none");
    String revoked = issuer.token("ann", claims -> claims.jwtID("jti-1"));
    String good = issuer.token("ann", claims -> claims.jwtID("jti-2"));
    war = RunningWar.start(folder, settings.toArray(String[]::new));
    RunningWar first = war;
    WebSocketRecorder ended = page(revoked);
    assertThat(ended.object()).contains("\"welcome\"");
    WebSocketRecorder stays = page(good);
    assertThat(stays.object()).contains("\"welcome\"");
    assertThat(Json.field(disconnect("{\"token\":\"jti-1\"}"), "closed")).isEqualTo("1");
    assertThat(ended.closedAtLast()).isEqualTo(loggedOut);
    stays.assertPageLives();
    assertThat(page(revoked).closedAtLast()).isEqualTo(loggedOut);
    String[] bearer = {"Authorization", "Bearer " + revoked};
    assertThat(war.get("api/history?channel=user:ann", bearer).statusCode()).isEqualTo(403);
    stays.send("{\"token\":\"" + revoked + "\"}");
    assertThat(stays.closedAtLast()).as("renewed with a revoked token").isEqualTo(loggedOut);

    first.kill();
    war = RunningWar.start(folder, settings.toArray(String[]::new));
    assertThat(page(revoked).closedAtLast()).isEqualTo(loggedOut);
    assertThat(page(good).object()).contains("\"welcome\"");
  }

  private WebSocketRecorder page(String token) {
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"));
    page.send("{\"hello\":{\"token\":\"" + token + "\"}}");
    return page;
  }

  @Test
  void onlyAKeyWithTheScopeMayAndRefusalsNameTheField() throws IOException {
    start();
    String ann = "{\"user\":\"ann\"}";
    for (HttpResponse<String> answer : List.of(
        call("POST", "api/disconnect", SHOP, ann),
        call("DELETE", "api/disconnect?user=ann", SHOP, ""),
        call("GET", "api/users/ann", SHOP, ""))) {
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).containsPattern("with the scope (disconnect|read)");
    }
    NewKey wrong = NewKey.make("wrong", "disconnect,read", null);
    assertThat(call("POST", "api/disconnect", wrong, ann).statusCode()).isEqualTo(401);
    assertThat(call("GET", "api/users/ann", wrong, "").statusCode()).isEqualTo(401);
    HttpResponse<String> bad = call("POST", "api/disconnect", OPS, "{\"usr\":\"ann\"}");
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(Json.field(bad.body(), "field")).isEqualTo("usr");
    assertThat(call("DELETE", "api/disconnect", OPS, "").statusCode()).isEqualTo(400);
    assertThat(call("GET", "api/users", OPS, "").statusCode()).isEqualTo(400);
    assertThat(call("GET", "api/disconnect", OPS, "").statusCode()).isEqualTo(405);
    assertThat(call("GET", "api/users?user=a%2Fb%3Bc", OPS, "").body())
        .startsWith("{\"user\":\"a/b;c\",\"online\":false,\"count\":0,\"lines\":[],");
    assertThat(call("GET", "api/users/%E5%BC%A0%20x", OPS, "").body())
        .startsWith("{\"user\":\"张 x\"");
  }

  /** Secrets of others that are in a call do not get into the log. */
  @Test
  void theLogSaysWhoDisconnectedWhomAndNoSecret() throws IOException {
    start();
    disconnect("{\"user\":\"a\u202Eb\",\"block\":\"2030-01-01T00:00:00Z\"}");
    disconnect("{\"token\":\"jti-which-is-secret\"}");
    disconnect("{\"session\":\"session-which-is-secret\"}");
    war.awaitOutput(
        "the key ops disconnects user a?b: 0 lines closed with 4502, blocked until 2030");
    war.awaitOutput("the key ops disconnects a token: 0 lines closed with 4503, blocked until 20");
    war.awaitOutput("the key ops disconnects a session: 0 lines closed with 4501");
    assertThat(String.join("\n", war.output())).doesNotContain("which-is-secret");
  }
}
