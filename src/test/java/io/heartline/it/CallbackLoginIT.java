package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.EventStream;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.Shop;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application is asked who a client is, with the client's cookies. */
class CallbackLoginIT {
  @TempDir
  static Path folder;

  private static Shop shop;
  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    shop = Shop.open();
    war = RunningWar.start(
        folder,
        "heartline.beat=1h",
        "heartline.demo=false",
        "heartline.seats.line=none",
        "heartline.auth=callback",
        "heartline.auth.callback=" + shop.url("/who"),
        "heartline.auth.callback.timeout=3s",
        "heartline.auth.callback.cache=0s");
  }

  @AfterAll
  static void stop() {
    war.close();
    shop.close();
  }

  @BeforeEach
  void shopIsOpen() {
    shop.at("/who", question -> {
      String user = Shop.user(question);
      if (user == null) {
        question.sendResponseHeaders(401, -1);
      } else {
        Shop.json(question, "{\"user\":\"" + user + "\"}");
      }
    });
    shop.asked();
  }

  private static WebSocketRecorder page(String cookie) {
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"), "Cookie", cookie);
    page.send("{\"hello\":{}}");
    return page;
  }

  @Test
  void whoHasLoggedInToTheApplicationIsKnownHere() throws IOException {
    WebSocketRecorder page = page("a=b; shop=ann");
    assertThat(Json.field(page.object(), "user")).isEqualTo("ann");
    WebSocketRecorder raw =
        WebSocketRecorder.listening(war.door("ws/user-channel"), "Cookie", "shop=ann");
    war.publish("user:ann", "\"for ann\"");
    assertThat(raw.frame()).isEqualTo("for ann");
    assertThat(war.get("api/whoami", "Cookie", "shop=ann").body()).contains("\"user\":\"ann\"");
    try (EventStream stream =
        EventStream.open(war.http("events?channels=user:ann"), "Cookie", "shop=ann")) {
      assertThat(Json.field(stream.telling(), "user")).isEqualTo("ann");
    }
    page.leave();
    raw.leave();
  }

  @Test
  void itIsAskedByGetWithCookiesAndAuthorizationAndNothingElse() throws IOException {
    war.get(
        "api/whoami",
        "Cookie",
        "shop=ann",
        "Authorization",
        "Basic eDp5",
        "X-User",
        "eve",
        "Referer",
        "https://shop.example/basket");
    Shop.Asked asked = shop.asked().get(0);
    assertThat(asked.method()).isEqualTo("GET");
    assertThat(asked.headers())
        .containsEntry("Cookie", List.of("shop=ann"))
        .containsEntry("Authorization", List.of("Basic eDp5"))
        .doesNotContainKeys("X-user", "Referer", "Origin");
  }

  @Test
  void whoHasNotLoggedInIsNobodyAndWithoutCookiesTheApplicationIsNotAsked() throws IOException {
    WebSocketRecorder page = page("a=b");
    assertThat(Json.fields(page.object(), "user")).isEmpty();
    page.leave();
    shop.asked();
    assertThat(war.get("api/whoami").body()).contains("\"user\":null");
    assertThat(shop.asked()).isEmpty();
  }

  @Test
  void anApplicationThatIsDownOrSlowMakesNobodyAnonymous() throws IOException {
    shop.at("/who", question -> question.sendResponseHeaders(502, -1));
    assertComeBackLater();
    CountDownLatch open = new CountDownLatch(1);
    shop.at("/who", question -> {
      try {
        open.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      Shop.json(question, "{\"user\":\"ann\"}");
    });
    try {
      HttpResponse<String> whoami = war.get("api/whoami", "Cookie", "shop=ann");
      assertThat(whoami.statusCode()).as(whoami.body()).isEqualTo(503);
    } finally {
      open.countDown();
    }
    war.awaitOutput("the application did not say who a client is, at " + shop.url("/who"));
    war.awaitOutput("/who: status 502");
    war.awaitOutput("/who: no answer within 3000 ms");
    assertThat(war.output()).noneMatch(line -> line.contains("shop=ann"));
  }

  private static void assertComeBackLater() throws IOException {
    HttpResponse<String> whoami = war.get("api/whoami", "Cookie", "shop=ann");
    assertThat(whoami.statusCode()).as(whoami.body()).isEqualTo(503);
    assertThat(whoami.headers().firstValue("Retry-After")).isPresent();
    assertThat(war.get("api/history?channel=updates", "Cookie", "shop=ann").statusCode())
        .isEqualTo(503);
    WebSocketRecorder page = page("shop=ann");
    assertThat(page.object())
        .startsWith("{\"bye\":{\"code\":4008,")
        .contains("\"reconnect\":true")
        .contains("\"delay\":");
    assertThat(page.closed()).isEqualTo(new Closed(4008, "it cannot be said now who this is"));
    assertThat(WebSocketRecorder.raw(war.door("ws/user-channel"), "Cookie", "shop=ann")
            .closed())
        .isEqualTo(new Closed(4008, "it cannot be said now who this is"));
  }

  @Test
  void whatTheApplicationSaysEndsWhenItSays() throws IOException {
    long soon = System.currentTimeMillis() / 1000 + 5;
    shop.at("/who", question -> Shop.json(question, "{\"user\":\"ann\",\"expires\":" + soon + "}"));
    WebSocketRecorder page = page("shop=ann");
    assertThat(Json.field(page.object(), "user")).isEqualTo("ann");
    assertThat(page.closedAtLast()).isEqualTo(new Closed(4001, "the credentials have expired"));
  }
}
