package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each limit is reached on real connections, answered as written down, and given back. */
class LimitsIT {
  /** Who a trusted proxy says is behind it. */
  private static final String[] STRANGER = {"X-Forwarded-For", "203.0.113.9"};

  private static final String[] OTHER = {"X-Forwarded-For", "203.0.113.10"};

  @TempDir
  Path folder;

  private static RawSocketClient.Answer handshake(RunningWar war, String door, String... headers)
      throws IOException {
    try (RawSocketClient client = RawSocketClient.connect(war.door(door))) {
      return client.handshake(war.door(door), headers);
    }
  }

  /** The answer names a time, which differs from client to client. */
  private static void assertTurnedAway(RawSocketClient.Answer answer) {
    assertThat(answer.status()).as(answer.head()).isEqualTo(503);
    String after = answer
        .head()
        .lines()
        .filter(line -> line.startsWith("Retry-After: "))
        .findFirst()
        .orElseThrow();
    assertThat(Integer.parseInt(after.substring("Retry-After: ".length()))).isBetween(1, 20);
  }

  @Test
  void newLinesAreTurnedAwayAtEveryDoorOnceTooManyCome() throws IOException {
    try (RunningWar war = RunningWar.start(folder, "heartline.lines.new=1/6")) {
      WebSocketRecorder first = WebSocketRecorder.listening(war.door("updatewebsocket"));
      int let = 1;
      RawSocketClient.Answer answer = handshake(war, "line");
      while (answer.status() == 101) {
        assertThat(++let).isLessThan(1_000);
        answer = handshake(war, "line");
      }
      assertThat(let).isGreaterThanOrEqualTo(6);
      assertTurnedAway(answer);
      // Each of these is asked for faster than one a second, so one of two finds no room.
      for (String door : List.of("updatewebsocket", "stomp", "sockjs/1/abcdefgh1/websocket")) {
        List<RawSocketClient.Answer> two = List.of(handshake(war, door), handshake(war, door));
        assertTurnedAway(
            two.stream().filter(one -> one.status() != 101).findFirst().orElseThrow());
      }
      List<HttpResponse<String>> sessions = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        sessions.add(
            RunningWar.send(HttpRequest.newBuilder(war.http("sockjs/1/session" + i + "/xhr"))
                .POST(BodyPublishers.noBody())));
      }
      assertThat(sessions)
          .anyMatch(one ->
              one.statusCode() == 503 && one.headers().firstValue("Retry-After").isPresent());
      HttpResponse<String> events = null;
      for (int i = 0; i < 3 && (events == null || events.statusCode() != 503); i++) {
        try (RawSocketClient reader = RawSocketClient.connect(war.door("events"))) {
          reader.bytes(("GET " + war.http("events").getPath()
                  + "?channels=updates HTTP/1.1\r\nHost: " + war.http("").getAuthority()
                  + "\r\n\r\n")
              .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
          if (reader.answer().status() == 503) {
            break;
          }
        }
        assertThat(i).as("turned away at /events too").isLessThan(2);
      }
      war.publish("updates", "\"still here\"");
      assertThat(first.frame()).isEqualTo("still here");
      war.awaitOutput("see heartline.lines.new");
    }
  }

  /** Whatever way lines end, their number is given back: a leak of four would end this. */
  @Test
  void anAddressHasSoManyLinesAndGetsThemBack() throws IOException {
    try (RunningWar war = RunningWar.start(
        folder,
        "heartline.lines.per-address=4",
        "heartline.lines.new=off",
        "heartline.lines.new.per-address=off")) {
      List<RawSocketClient> open = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        open.add(RawSocketClient.open(war.door("updatewebsocket"), STRANGER));
        open.get(i).assertRawLives();
      }
      assertTurnedAway(handshake(war, "updatewebsocket", STRANGER));
      assertThat(handshake(war, "updatewebsocket", OTHER).status()).isEqualTo(101);
      assertThat(handshake(war, "updatewebsocket").status())
          .as("who is no address of their own")
          .isEqualTo(101);
      war.awaitOutput("see heartline.lines.per-address");
      for (RawSocketClient line : open) {
        line.close();
      }
      for (int i = 0; i < 500; i++) {
        RawSocketClient line = again(war);
        switch (i % 4) {
          case 0 -> line.reset();
          case 1 -> line.close();
          case 2 -> {
            line.frame(true, RawSocketClient.CLOSE, (byte) 3, (byte) -24);
            assertThat(line.read().code()).isEqualTo(1000);
            line.close();
          }
          default -> {
            line.frame(true, RawSocketClient.BINARY, (byte) 1); // closed by the server
            assertThat(line.readClose().code()).isEqualTo(1003);
            line.close();
          }
        }
      }
    }
  }

  /** Opens a line as soon as the server has noticed the end of those before it. */
  private static RawSocketClient again(RunningWar war) throws IOException {
    long deadline = System.nanoTime() + RunningWar.PATIENCE.toNanos();
    while (true) {
      RawSocketClient line = RawSocketClient.connect(war.door("updatewebsocket"));
      RawSocketClient.Answer answer = line.handshake(war.door("updatewebsocket"), STRANGER);
      if (answer.status() == 101) {
        return line;
      }
      line.close();
      assertThat(System.nanoTime() - deadline).as("the number is given back").isNegative();
      Thread.onSpinWait();
    }
  }

  @Test
  void anAddressOpensNoMoreThanSoManyInATime() throws IOException {
    try (RunningWar war = RunningWar.start(folder, "heartline.lines.new.per-address=1/3")) {
      int let = 0;
      for (int i = 0; i < 20; i++) {
        let += handshake(war, "line", STRANGER).status() == 101 ? 1 : 0;
      }
      assertThat(let).isBetween(3, 19);
      assertThat(handshake(war, "line", OTHER).status()).isEqualTo(101);
      war.awaitOutput("see heartline.lines.new.per-address");
    }
  }

  @Test
  void aLineThatFloodsIsClosedAndOthersHearNothingOfIt() throws IOException {
    try (RunningWar war = RunningWar.start(folder)) {
      WebSocketRecorder page = WebSocketRecorder.page(war.door("line"));
      page.send("{\"subscribe\":\"updates\"}");
      assertThat(page.object()).startsWith("{\"welcome\"");
      assertThat(page.object()).startsWith("{\"subscribed\"");
      for (int round = 1; round <= 3; round++) {
        try (RawSocketClient flooder = RawSocketClient.openPage(war.door("line"), 0)) {
          String beats = "{\"beat\":1}\n".repeat(50); // which need no answer
          try {
            for (int i = 0; i < 100; i++) {
              flooder.text(beats);
            }
          } catch (IOException e) {
            // It was closed while it was still talking.
          }
          RawSocketClient.Frame frame = flooder.read();
          while (frame.opcode() != RawSocketClient.CLOSE) {
            frame = flooder.read();
          }
          assertThat(frame.code()).isEqualTo(4008);
          assertThat(frame.text()).endsWith("too many messages in a short time");
        }
        war.publish("updates", String.valueOf(round));
        assertThat(page.object()).contains("\"offset\":" + round + ",");
      }
      page.assertPageLives();
      page.leave();
    }
  }

  private static HttpResponse<String> asGuest(RunningWar war, Guest guest, String body)
      throws IOException {
    return RunningWar.send(HttpRequest.newBuilder(war.http("demo/publish"))
        .header("Content-Type", "application/json")
        .header("Cookie", guest.cookie())
        .POST(BodyPublishers.ofString(body)));
  }

  private static void assertTooFast(HttpResponse<String> answer, String field) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(Json.field(answer.body(), "field")).isEqualTo(field);
    assertThat(Json.field(answer.body(), "message")).endsWith("try again in 1 s");
  }

  @Test
  void guestsPublishSoOftenEachAndAllTogether() throws IOException {
    String body = "{\"channel\":\"public:demo\",\"data\":1}";
    try (RunningWar war =
        RunningWar.start(folder, "heartline.demo.publish=1/3", "heartline.demo.publish.all=1/5")) {
      Guest one = war.guest();
      HttpResponse<String> answer = asGuest(war, one, body);
      int published = 0;
      while (answer.statusCode() == 200) {
        assertThat(++published).isLessThan(100);
        answer = asGuest(war, one, body);
      }
      assertThat(published).isGreaterThanOrEqualTo(3);
      assertTooFast(answer, "guest");
      assertThat(answer.body()).contains("one guest may publish 3 times at once");
      for (int i = 0; answer.body().contains("one guest") || answer.statusCode() == 200; i++) {
        assertThat(i).isLessThan(100);
        answer = asGuest(war, war.guest(), body); // a new guest each time
      }
      assertTooFast(answer, "guest");
      assertThat(answer.body()).contains("all guests together may publish 5 times at once");
      war.publish("public:demo", "\"by key\"");
    }
  }

  @Test
  void whatGuestsPublishPushesNoOtherHistoryOut() throws IOException {
    try (RunningWar war = RunningWar.start(
        folder,
        "heartline.store=memory",
        "heartline.memory=1MiB",
        "heartline.demo.publish=off",
        "heartline.demo.publish.all=off")) {
      String old = '"' + "x".repeat(10_000) + '"';
      for (int i = 0; i < 20; i++) {
        war.publish("updates", old);
      }
      Guest guest = war.guest();
      String body = "{\"channel\":\"public:demo\",\"data\":\"" + "y".repeat(4_000) + "\"}";
      for (int i = 0; i < 400; i++) {
        assertThat(asGuest(war, guest, body).statusCode()).isEqualTo(200);
      }
      HttpResponse<String> history = war.get("api/history?channel=updates&last=1000&limit=1");
      assertThat(Json.field(history.body(), "offset")).isEqualTo("1");
    }
  }

  @Test
  void aKeyPublishesSoMuchInATime() throws IOException {
    try (RunningWar war = RunningWar.start(folder, "heartline.publish.rate=1/10")) {
      String three = "{\"channels\":[\"public:a\",\"public:b\",\"public:c\"],\"data\":1}";
      for (int i = 0; i < 3; i++) {
        assertThat(war.publish(three).statusCode()).isEqualTo(200);
      }
      HttpResponse<String> answer = war.publish("{\"messages\":[" + three + ',' + three + "]}");
      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(
              answer.headers().firstValue("Retry-After").map(Integer::parseInt).orElseThrow())
          .isBetween(1, 7);
      HttpResponse<String> head = war.get("api/position?channel=public:a");
      assertThat(head.body()).as("nothing of it was published").contains(":3:");
      war.awaitOutput("one key may publish 10 times at once");
    }
  }

  /** What is read over HTTP counts like what lines are sent, but not for servers with a key. */
  @Test
  void historyIsReadNoFasterThanAllowed() throws IOException {
    try (RunningWar war = RunningWar.start(
        folder,
        "heartline.catch-up=1KiB/300KiB",
        "heartline.catch-up.line=0B",
        "heartline.api.keys=reader-of-everything",
        "heartline.api.scopes=publish,read")) {
      String data = "{\"channel\":\"public:a\",\"data\":\"" + "x".repeat(100_000) + "\"}";
      String[] key = {"Authorization", "Bearer reader-of-everything"};
      for (int i = 0; i < 3; i++) {
        assertThat(RunningWar.send(HttpRequest.newBuilder(war.http("api/publish"))
                    .headers(key)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(data)))
                .statusCode())
            .isEqualTo(200);
      }
      String history = "api/history?channel=public:a&last=2";
      assertThat(war.get(history, STRANGER).statusCode()).isEqualTo(200);
      assertThat(war.get(history, STRANGER).statusCode()).isEqualTo(200);
      HttpResponse<String> answer = war.get(history, STRANGER);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
      assertThat(Json.field(answer.body(), "field")).isEqualTo("channel");
      assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
          .isBetween(1, 110);
      assertThat(war.get(history, OTHER).statusCode()).isEqualTo(200);
      assertThat(war.get(history, key).statusCode()).isEqualTo(200);
      try (RawSocketClient line = RawSocketClient.openPage(war.door("line"), 0, STRANGER)) {
        line.text("{\"subscribe\":\"public:a\",\"last\":3}\n{\"probe\":1}");
        String said = line.readText();
        while (!said.contains("probed")) {
          said += line.readText();
        }
        assertThat(said).as("it waits").doesNotContain("\"data\"");
      }
    }
  }
}
