package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.EventStream;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a channel holds and where it stands, by HTTP. */
class HistoryIT {
  @TempDir
  static Path folder;

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(
        folder,
        "heartline.retain.count=50",
        "heartline.line.channels=4",
        "heartline.api.scopes=publish,read");
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  private static String channel(TestInfo test) {
    return "public:" + test.getTestMethod().orElseThrow().getName();
  }

  private static List<String> publish(String channel, int from, int to) throws IOException {
    List<String> positions = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      positions.add(war.publish(channel, String.valueOf(i)));
    }
    return positions;
  }

  private static String history(String query, String... headers) throws IOException {
    HttpResponse<String> answer = war.get("api/history?" + query, headers);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    return answer.body();
  }

  private static String position(String channel, String... headers) throws IOException {
    HttpResponse<String> answer = war.get("api/position?channel=" + channel, headers);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    return Json.field(answer.body(), channel);
  }

  @Test
  void aPublicationStandsThereWithAllThatIsKnownOfIt(TestInfo test) throws IOException {
    String channel = channel(test);
    String position = war.publish(channel, " { \"a\" : 1.0 } ");
    long millis = Long.parseLong(position.split(":")[2]) / 1000;
    assertThat(history("channel=" + channel))
        .isEqualTo("{\"channel\":\"" + channel + "\",\"recovered\":true,\"publications\":["
            + "{\"offset\":1,\"position\":\"" + position + "\",\"time\":" + millis
            + ",\"data\":{\"a\":1.0}}],\"position\":\"" + position + "\",\"head\":\"" + position
            + "\",\"more\":false}");
  }

  @Test
  void aPublicationKeepsTheIdOfItsPublisher(TestInfo test) throws IOException {
    String channel = channel(test);
    war.publish(channel, "1");
    String message = "{\"channels\":[\"" + channel + "\",\"" + channel
        + ":2\"],\"data\":2,\"id\":\"order-\\\"1\\\"\"}";
    assertThat(war.publish(message).statusCode()).isEqualTo(200);
    assertThat(history("channel=" + channel))
        .doesNotContainPattern("\"id\":[^}]*\"data\":1")
        .containsPattern("\"time\":\\d+,\"id\":\"order-\\\\\"1\\\\\"\",\"data\":2}");
    assertThat(history("channel=" + channel + ":2"))
        .contains(",\"id\":\"order-\\\"1\\\"\",\"data\":2}");
  }

  @Test
  void pagesFollowEachOtherWithoutHoleOrRepeat(TestInfo test) throws IOException {
    String channel = channel(test);
    List<String> positions = publish(channel, 1, 25);
    List<String> seen = new ArrayList<>();
    String page = history("channel=" + channel + "&limit=10&after=" + positions.get(1));
    seen.addAll(Json.fields(page, "data"));
    while (Json.field(page, "more").equals("true")) {
      String next = page.replaceFirst(".*\"position\":\"([^\"]*)\",\"head\".*", "$1");
      page = history("channel=" + channel + "&limit=10&after=" + next);
      seen.addAll(Json.fields(page, "data"));
    }
    assertThat(seen)
        .hasSize(23)
        .startsWith("3")
        .endsWith("25")
        .isSortedAccordingTo((a, b) -> Integer.parseInt(a) - Integer.parseInt(b));
    assertThat(Json.field(page, "head")).isEqualTo(positions.get(24));
  }

  @Test
  void theNewestAreAskedForByNumber(TestInfo test) throws IOException {
    String channel = channel(test);
    publish(channel, 1, 12);
    assertThat(Json.fields(history("channel=" + channel + "&last=3"), "data"))
        .containsExactly("10", "11", "12");
    assertThat(Json.fields(history("channel=" + channel + "&last=5&limit=2"), "data"))
        .containsExactly("8", "9");
    assertThat(Json.fields(history("channel=" + channel + "&limit=2"), "data"))
        .containsExactly("11", "12");
    assertThat(Json.fields(history("channel=" + channel + "&last=0"), "data")).isEmpty();
  }

  @Test
  void aPageIsBoundedInBytesToo(TestInfo test) throws IOException {
    String channel = channel(test);
    for (int i = 0; i < 5; i++) {
      war.publish(channel, "\"" + "x".repeat(100_000) + "\"");
    }
    String page = history("channel=" + channel);
    assertThat(page.length()).isBetween(100_000, 300_000);
    assertThat(Json.field(page, "more")).isEqualTo("true");
  }

  @ParameterizedTest
  @CsvSource({"nonsense, unknown", "anotherlife.0:1:1, epoch", "TRIMMED, trimmed", "AHEAD, diverged"
  })
  void aPositionThatCannotBeServedIsToldAndHasNoPublications(
      String after, String reason, TestInfo test) throws IOException {
    String channel = channel(test) + reason;
    List<String> positions = publish(channel, 1, 55);
    String head = positions.get(54);
    String position = after
        .replace("TRIMMED", positions.get(0))
        .replace("AHEAD", head.replaceFirst(":55:", ":56:"));
    assertThat(history("channel=" + channel + "&after=" + position))
        .isEqualTo("{\"channel\":\"" + channel + "\",\"recovered\":false,\"gap\":\"" + reason
            + "\",\"publications\":[],\"position\":\"" + head + "\",\"head\":\"" + head
            + "\",\"more\":false}");
  }

  @ParameterizedTest
  @CsvSource({
    "'', channel, must be given",
    "'channel=a%20b', channel, U+0020",
    "'channel=updates&limit=0', limit, from 1 to 1000: 0",
    "'channel=updates&limit=1001', limit, from 1 to 1000: 1001",
    "'channel=updates&limit=x', limit, 'from 1 to 1000: x'",
    "'channel=updates&last=-1', last, 'from 0 to'",
    "'channel=updates&last=1&after=x', last, together with after",
  })
  void badQuestionsAreToldWhichFieldAndWhichRule(String query, String field, String rule)
      throws IOException {
    HttpResponse<String> answer = war.get("api/history?" + query);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Json.field(answer.body(), "field")).isEqualTo(field);
    assertThat(answer.body()).contains(rule);
  }

  @ParameterizedTest
  @ValueSource(strings = {"history", "position"})
  void whoMayReadALineMayReadHereAndAKeyReadsAll(String what) throws IOException {
    Guest ann = war.guest();
    String path = "api/" + what + "?channel=user:" + ann.user();
    assertThat(war.get(path).statusCode()).isEqualTo(403);
    assertThat(war.get(path).body()).contains("user:" + ann.user());
    assertThat(war.get(path, "Cookie", war.guest().cookie()).statusCode()).isEqualTo(403);
    assertThat(war.get(path, "Cookie", ann.cookie()).statusCode()).isEqualTo(200);
    assertThat(war.get(path, "Authorization", "Bearer " + war.key()).statusCode())
        .isEqualTo(200);
    HttpResponse<String> wrong =
        war.get(path, "Authorization", "Bearer wrong", "Cookie", ann.cookie());
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertThat(war.get(path, "Authorization", "Basic YW5uOnB3", "Cookie", ann.cookie())
            .statusCode())
        .as("credentials for a proxy or the container are no key of ours")
        .isEqualTo(200);
  }

  @Test
  void severalPositionsInOneCallAndNotTooMany() throws IOException {
    String one = war.publish("public:one", "1");
    HttpResponse<String> answer =
        war.get("api/position?channel=public:one&channel=public:never-used");
    assertThat(Json.field(answer.body(), "public:one")).isEqualTo(one);
    assertThat(Json.field(answer.body(), "public:never-used")).endsWith(":0:0");
    assertThat(war.get("api/position").statusCode()).isEqualTo(400);
    assertThat(war.get("api/position?channel=public:one&channel=a%20b").body())
        .contains("channel[1]");
    assertThat(war.get("api/position" + "?channel=updates&channel=updates".repeat(3))
            .statusCode())
        .isEqualTo(400);
  }

  /** A page is rendered, something is published, then its line opens. */
  @Test
  void whatIsPublishedBetweenRenderAndOpenReachesThePage(TestInfo test) throws IOException {
    String channel = channel(test);
    String fresh = position(channel);
    war.publish(channel, "1");
    String used = position(channel);
    war.publish(channel, "2");
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"));
    page.send("{\"hello\":{}}");
    page.object();
    page.send("{\"subscribe\":\"" + channel + "\",\"after\":\"" + used + "\"}");
    assertThat(page.object()).endsWith("\"recovered\":true}");
    assertThat(page.object()).endsWith("\"data\":2}");
    try (EventStream stream =
        EventStream.open(war.http("events?channels=" + channel + "&since=" + fresh))) {
      stream.object();
      assertThat(stream.object()).endsWith("\"recovered\":true}");
      assertThat(stream.object()).endsWith("\"data\":1}");
      assertThat(stream.object()).endsWith("\"data\":2}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"updatewebsocket?since=", "wss?since=", "ws/user-channel?since=updates="})
  void positionsFromHereStartRawLines(String door) throws IOException {
    String before = position("updates");
    war.publish("updates", "\"missed 1\"");
    war.publish("updates", "\"missed 2\"");
    for (String since :
        List.of(before, Json.field(history("channel=updates&last=2"), "position"))) {
      WebSocketRecorder line = WebSocketRecorder.raw(war.door(door + since));
      if (door.startsWith("wss")) {
        line.frame(); // the greeting
      }
      if (since.equals(before)) {
        assertThat(line.frame()).isEqualTo("missed 1");
      }
      assertThat(line.frame()).isEqualTo("missed 2");
      line.assertRawLives();
    }
  }
}
