package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Position;
import io.heartline.testing.EventStream;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The door for clients that can only listen. */
class EventsIT {
  @TempDir
  static Path folder;

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(
        folder,
        "heartline.beat=1h",
        "heartline.line.channels=3",
        "heartline.retain.count=20",
        "heartline.origins=https://app.example.com");
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  private static URI events(String query) {
    return war.http("events?" + query);
  }

  private static EventStream welcomed(String query, String... headers) throws IOException {
    EventStream stream = EventStream.open(events(query), headers);
    assertThat(stream.object()).startsWith("{\"welcome\":{\"line\":");
    return stream;
  }

  private static String channel(TestInfo test) {
    return "public:" + test.getTestMethod().orElseThrow().getName();
  }

  @Test
  void publicationsComeAsObjectsAndTheLastOfEachBatchCarriesTheId(TestInfo test)
      throws IOException {
    String channel = channel(test);
    try (EventStream stream = welcomed("channels=updates," + channel)) {
      assertThat(stream.header("Cache-Control")).isEqualTo("no-store, no-transform");
      assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
      String start = Json.field(stream.object(), "position");
      String other = Json.field(stream.object(), "position");
      assertThat(stream.lastEventId()).isEqualTo("updates=" + start + "," + channel + "=" + other);
      String first = war.publish(channel, "\"two\\nlines \\u2028 你好 🐼\"");
      assertThat(stream.object())
          .isEqualTo("{\"channel\":\"" + channel + "\",\"offset\":1,\"time\":"
              + Position.parse(first).orElseThrow().time()
              + ",\"position\":\"" + first
              + "\",\"data\":\"two\\nlines \\u2028 你好 🐼\"}");
      assertThat(stream.lastEventId()).isEqualTo("updates=" + start + "," + channel + "=" + first);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Last-Event-ID", "since"})
  void resumesWhereItBrokeOffExactlyOnce(String way, TestInfo test) throws IOException {
    String channel = channel(test) + way;
    String id;
    try (EventStream stream = welcomed("channels=" + channel)) {
      stream.object();
      war.publish(channel, "1");
      stream.object();
      id = stream.lastEventId();
    }
    war.publish(channel, "2");
    war.publish(channel, "3");
    EventStream again = way.equals("since")
        ? welcomed("channels=&since=" + id)
        : welcomed("channels=" + channel + "&since=" + channel + "=old", way, id);
    try (again) {
      assertThat(again.object())
          .isEqualTo("{\"subscribed\":\"" + channel + "\",\"position\":\"" + id.split("=")[1]
              + "\",\"recovered\":true}");
      assertThat(Json.field(again.object(), "offset")).isEqualTo("2");
      assertThat(Json.field(again.object(), "offset")).isEqualTo("3");
      war.publish(channel, "4");
      assertThat(Json.field(again.object(), "offset")).isEqualTo("4");
    }
  }

  @Test
  void aNumberBelowZeroIsSoManyBack(TestInfo test) throws IOException {
    String channel = channel(test);
    for (int i = 1; i <= 5; i++) {
      war.publish(channel, String.valueOf(i));
    }
    try (EventStream stream = welcomed("channels=" + channel + "&since=-2")) {
      assertThat(stream.object()).endsWith("\"recovered\":true}");
      assertThat(Json.field(stream.object(), "offset")).isEqualTo("4");
      assertThat(Json.field(stream.object(), "offset")).isEqualTo("5");
    }
  }

  @ParameterizedTest
  @CsvSource({"nonsense, unknown", "anotherlife.0:1:1, epoch", "TRIMMED, trimmed", "AHEAD, diverged"
  })
  void aPositionThatCannotBeServedIsTold(String since, String reason, TestInfo test)
      throws IOException {
    String channel = channel(test) + reason;
    String first = war.publish(channel, "1");
    String head = first;
    for (int i = 2; i <= 30; i++) {
      head = war.publish(channel, String.valueOf(i));
    }
    String position =
        since.replace("TRIMMED", first).replace("AHEAD", head.replaceFirst(":30:", ":31:"));
    try (EventStream stream = welcomed("channels=" + channel + "&since=" + position)) {
      assertThat(stream.object())
          .isEqualTo("{\"subscribed\":\"" + channel + "\",\"position\":\"" + head
              + "\",\"recovered\":false,\"reason\":\"" + reason + "\"}");
      war.publish(channel, "31");
      assertThat(Json.field(stream.object(), "offset")).isEqualTo("31");
    }
  }

  @Test
  void whatAChannelIsRefusedForStandsInTheStreamAndTheOthersGoOn(TestInfo test) throws IOException {
    String channel = channel(test);
    try (EventStream stream =
        welcomed("channels=secret,x%20y," + channel + ",updates,public,public:more")) {
      assertThat(stream.object())
          .contains("\"code\":\"forbidden\"")
          .contains("\"about\":\"secret\"");
      assertThat(stream.object()).contains("\"code\":\"channel\"").contains("\"about\":\"x y\"");
      for (int i = 0; i < 3; i++) {
        assertThat(stream.object()).startsWith("{\"subscribed\":");
      }
      assertThat(stream.object()).contains("\"code\":\"limit\"").contains("public:more");
      war.publish(channel, "1");
      assertThat(stream.object()).startsWith("{\"channel\":\"" + channel + "\"");
    }
  }

  @Test
  void aUserReadsHisOwnChannelAndNobodyElseDoes() throws IOException {
    Guest ann = war.guest();
    String own = "channels=user:" + ann.user();
    try (EventStream hers = welcomed(own, "Cookie", ann.cookie());
        EventStream anybodys = welcomed(own)) {
      assertThat(hers.object()).startsWith("{\"subscribed\":");
      assertThat(anybodys.object()).contains("\"code\":\"forbidden\"");
      war.publish("{\"user\":\"" + ann.user() + "\",\"data\":\"for ann\"}");
      assertThat(hers.object()).endsWith("\"data\":\"for ann\"}");
    }
  }

  @Test
  void pagesOfItsOwnAndThoseNamedAreLetInAndOthersAreNot() throws IOException {
    String origin = war.base().resolve("/").toString().replaceFirst("/$", "");
    welcomed("channels=updates", "Origin", origin).close();
    try (EventStream named = welcomed("channels=updates", "Origin", "https://app.example.com")) {
      assertThat(named.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example.com");
      assertThat(named.header("Access-Control-Allow-Credentials")).isEqualTo("true");
      assertThat(named.header("Vary")).isEqualTo("Origin");
    }
    HttpResponse<String> evil =
        war.get("events?channels=updates", "Origin", "https://evil.example");
    assertThat(evil.statusCode()).isEqualTo(403);
    assertThat(evil.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void onlyGetIsAnsweredAndTheChannelsMustBeGiven() throws IOException {
    for (String method : new String[] {"HEAD", "POST", "PUT", "DELETE"}) {
      HttpResponse<String> answer =
          RunningWar.send(HttpRequest.newBuilder(events("channels=updates"))
              .timeout(RunningWar.PATIENCE)
              .method(method, HttpRequest.BodyPublishers.noBody()));
      assertThat(answer.statusCode()).as(method).isEqualTo(405);
      assertThat(answer.headers().firstValue("Allow")).contains("GET, OPTIONS");
    }
    HttpResponse<String> none = war.get("events");
    assertThat(none.statusCode()).isEqualTo(400);
    assertThat(none.body()).contains("\"field\":\"channels\",\"message\":\"must be given");
  }

  @Test
  void beatsComeAsOftenAsTheClientAsks() throws IOException {
    try (EventStream stream = welcomed("channels=&beat=1")) {
      for (int i = 0; i < 3; i++) {
        assertThat(stream.object()).startsWith("{\"beat\":");
      }
    }
  }

  @Test
  void aLongPublicationArrivesWhole() throws IOException {
    String text = "🐼你é".repeat(20_000);
    try (EventStream stream = welcomed("channels=updates")) {
      stream.object();
      war.publish("updates", '"' + text + '"');
      assertThat(stream.object()).endsWith("\"data\":\"" + text + "\"}");
    }
  }

  @Test
  void drainAndStopAreSaidBeforeTheEnd(@TempDir Path other) throws IOException {
    try (RunningWar leaving = RunningWar.start(other, "heartline.api.scopes=drain")) {
      URI url = leaving.http("events?channels=updates");
      EventStream drained = EventStream.open(url);
      drained.object();
      drained.object();
      RunningWar.send(HttpRequest.newBuilder(leaving.http("api/drain?window=2"))
          .timeout(RunningWar.PATIENCE)
          .header("Authorization", "Bearer " + leaving.key())
          .POST(HttpRequest.BodyPublishers.noBody()));
      assertThat(drained.object()).startsWith("{\"bye\":{\"code\":4000").contains("\"delay\":");
      drained.assertEnds();
      assertThat(leaving.get("events?channels=updates").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void aStopIsSaidBeforeTheEnd(@TempDir Path other) throws IOException {
    RunningWar leaving = RunningWar.start(other);
    EventStream stream = EventStream.open(leaving.http("events?channels=updates"));
    stream.object();
    stream.object();
    leaving.stop();
    assertThat(stream.object())
        .startsWith("{\"bye\":{\"code\":1012,\"reason\":\"server stops\",\"reconnect\":true");
    stream.assertEnds();
  }
}
