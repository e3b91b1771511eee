package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.EventStream;
import io.heartline.testing.JmxOfProcess;
import io.heartline.testing.Json;
import io.heartline.testing.RunningCluster;
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
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes are one: whoever asks either of them is answered for both. */
class OneFaceIT {
  private static RunningCluster cluster;
  private static RunningWar a;
  private static RunningWar b;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    cluster = RunningCluster.start(
        folder,
        2,
        () -> 0,
        "heartline.seats.line=none",
        "heartline.subscribe=room:*",
        "heartline.presence=room:*",
        "heartline.presence.away=1s");
    a = cluster.node(0);
    b = cluster.node(1);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void bothAreReady() {
    eventually("both know of each other", () -> {
      return ready(a).body().contains("\"ready\":true")
          && ready(a).body().contains("\"nodes\":2")
          && ready(b).body().contains("\"ready\":true")
          && ready(b).body().contains("\"nodes\":2");
    });
  }

  private static void eventually(String what, Callable<Boolean> done) {
    long deadline = System.nanoTime() + RunningWar.PATIENCE.toNanos();
    try {
      while (!done.call()) {
        assertThat(System.nanoTime()).as("never: " + what).isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(50);
      }
    } catch (Exception e) {
      throw new AssertionError(what, e);
    }
  }

  private static HttpResponse<String> ready(RunningWar node) throws IOException {
    return node.get("health/ready");
  }

  private static HttpResponse<String> call(RunningWar node, String method, String path, String body)
      throws IOException {
    return RunningWar.send(HttpRequest.newBuilder(node.http(path))
        .timeout(RunningWar.PATIENCE)
        .header("Authorization", "Bearer " + RunningCluster.KEY)
        .header("Content-Type", "application/json")
        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
  }

  /** Calls, and returns what is answered by 200. */
  private static String answer(RunningWar node, String method, String path, String body)
      throws IOException {
    HttpResponse<String> answer = call(node, method, path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String publish(RunningWar node, String channel, String id) throws IOException {
    return answer(
        node,
        "POST",
        "api/publish",
        "{\"channel\":\"" + channel + "\",\"data\":\"" + id + "\",\"id\":\"" + id + "\"}");
  }

  /** A page of somebody: its line, and the id of that. */
  private record Page(WebSocketRecorder line, String id) {
    String node() {
      return id.substring(0, id.indexOf('-'));
    }
  }

  private static Page page(RunningWar node, Guest who) {
    WebSocketRecorder line = WebSocketRecorder.page(node.door("line"), "Cookie", who.cookie());
    line.send("{\"hello\":{}}");
    return new Page(line, Json.field(line.object(), "line"));
  }

  private static Page page(RunningWar node, Guest who, String channel) {
    Page page = page(node, who);
    page.line.send("{\"subscribe\":\"" + channel + "\"}");
    assertThat(page.line.object()).startsWith("{\"subscribed\":");
    return page;
  }

  private static String user(Guest who) {
    return "{\"user\":\"" + who.user() + "\"}";
  }

  private static String channel(TestInfo test) {
    return "public:" + test.getTestMethod().orElseThrow().getName();
  }

  @Test
  void whatIsPublishedIsTheSameAtBoth(TestInfo test) throws IOException {
    String channel = channel(test);
    Page reader = page(b, a.guest(), channel);
    String first = publish(a, channel, "1");
    publish(b, channel, "2");
    assertThat(Json.field(reader.line.object(), "data")).isEqualTo("1");
    assertThat(Json.field(reader.line.object(), "data")).isEqualTo("2");
    assertThat(publish(b, channel, "1")).as("the same id at the other node").isEqualTo(first);
    String history = answer(a, "GET", "api/history?channel=" + channel + "&last=10", "");
    assertThat(Json.fields(history, "data")).containsExactly("1", "2");
    assertThat(answer(b, "GET", "api/history?channel=" + channel + "&last=10", ""))
        .isEqualTo(history);
    assertThat(answer(a, "GET", "api/position?channel=" + channel, ""))
        .isEqualTo(answer(b, "GET", "api/position?channel=" + channel, ""))
        .contains(Json.field(history, "head"));
  }

  @Test
  void aUserIsDisconnectedOnBothAndBothLinesAreCounted() throws IOException {
    Guest ann = a.guest();
    List<Page> pages = List.of(page(a, ann), page(b, ann));
    Page bob = page(b, b.guest());
    assertThat(answer(a, "POST", "api/disconnect", user(ann))).isEqualTo("{\"closed\":2}");
    assertThat(pages).extracting(page -> page.line.closedAtLast().code()).containsOnly(4501);
    bob.line.assertPageLives();
  }

  @Test
  void aLineIsDisconnectedWhereverItIs() throws IOException {
    Guest ann = a.guest();
    Page here = page(a, ann);
    Page there = page(b, ann);
    String body = "{\"line\":\"" + there.id + "\"}";
    assertThat(answer(a, "POST", "api/disconnect", body)).isEqualTo("{\"closed\":1}");
    assertThat(there.line.closedAtLast().code()).isEqualTo(4501);
    here.line.assertPageLives();
    assertThat(answer(a, "POST", "api/disconnect", body)).isEqualTo("{\"closed\":0}");
  }

  @Test
  void aBlockHoldsAtTheOtherNodeAndIsLiftedThere() throws IOException {
    Guest ann = a.guest();
    Page open = page(b, ann);
    String blocked =
        answer(a, "POST", "api/disconnect", "{\"user\":\"" + ann.user() + "\",\"block\":3600}");
    assertThat(Json.field(blocked, "closed")).isEqualTo("1");
    assertThat(open.line.closedAtLast().code()).isEqualTo(4502);
    for (RunningWar node : List.of(a, b)) {
      WebSocketRecorder again = WebSocketRecorder.page(node.door("line"), "Cookie", ann.cookie());
      again.send("{\"hello\":{}}");
      assertThat(again.closedAtLast().code()).isEqualTo(4502);
      assertThat(answer(node, "GET", "api/users/" + ann.user(), ""))
          .contains("\"online\":false")
          .contains("\"blocked\":" + Json.field(blocked, "blocked"));
    }
    assertThat(answer(b, "DELETE", "api/disconnect?user=" + ann.user(), ""))
        .isEqualTo("{\"lifted\":true}");
    page(a, ann).line.assertPageLives();
  }

  @Test
  void theLinesOfAUserAreFoundOnBoth() throws IOException {
    Guest ann = b.guest();
    List<String> lines = List.of(page(a, ann).id, page(b, ann).id);
    for (RunningWar node : List.of(a, b)) {
      String found = answer(node, "GET", "api/users/" + ann.user(), "");
      assertThat(Json.field(found, "count")).isEqualTo("2");
      assertThat(Json.fields(found, "line")).containsExactlyInAnyOrderElementsOf(lines);
      assertThat(found).contains("\"online\":true").doesNotContain("complete");
    }
  }

  private static String here(RunningWar node, String channel) throws IOException {
    return answer(node, "GET", "api/presence?channel=" + channel, "");
  }

  /** Waits until a node knows, as a new cluster does not for some time, and has heard the last. */
  private static void awaitCount(RunningWar node, String channel, int count) {
    eventually(count + " in " + channel, () -> {
      HttpResponse<String> here = call(node, "GET", "api/presence?channel=" + channel, "");
      return here.statusCode() == 200 && Json.field(here.body(), "count").equals("" + count);
    });
  }

  @Test
  void whoIsThereIsTheSameAtBoth() throws IOException {
    Guest ann = a.guest();
    Guest bob = b.guest();
    page(a, ann, "room:1");
    page(b, ann, "room:1");
    page(b, bob, "room:1");
    awaitCount(a, "room:1", 2);
    awaitCount(b, "room:1", 2);
    assertThat(here(a, "room:1"))
        .isEqualTo(here(b, "room:1"))
        .contains(ann.user())
        .contains(bob.user())
        .doesNotContain("complete");
  }

  @Test
  void aDrainIsOfOneNodeOnly() throws IOException {
    Guest ann = a.guest();
    Page leaves = page(a, ann);
    Page stays = page(b, ann);
    assertThat(call(a, "POST", "api/drain?window=0", "").statusCode()).isEqualTo(202);
    assertThat(leaves.line.closedAtLast().code()).isEqualTo(4000);
    assertThat(ready(a).statusCode()).isEqualTo(503);
    assertThat(ready(b).statusCode()).isEqualTo(200);
    stays.line.assertPageLives();
    page(b, ann).line.assertPageLives();
    assertThat(answer(a, "DELETE", "api/drain", "")).isEqualTo("{\"drained\":true}");
    page(a, ann).line.assertPageLives();
  }

  /**
   * An answer that waited for the frozen node's lease to end would be about all nodes that live.
   */
  @Test
  void aNodeThatHangsIsNamedInTheAnswerAndDoesWhatItWasToldLater() throws IOException {
    Guest ann = a.guest();
    Page here = page(a, ann);
    Page there = page(b, ann);
    String missing = "\"complete\":false,\"missing\":[\"" + there.node() + "\"]}";
    b.signal("STOP");
    try {
      assertThat(answer(a, "GET", "api/users/" + ann.user(), ""))
          .contains("\"count\":1")
          .endsWith(missing);
      assertThat(answer(a, "POST", "api/disconnect", user(ann)))
          .isEqualTo("{\"closed\":1," + missing);
      assertThat(here.line.closedAtLast().code()).isEqualTo(4501);
    } finally {
      b.signal("CONT");
    }
    assertThat(there.line.closedAtLast().code()).isEqualTo(4501);
    bothAreReady();
    assertThat(answer(a, "POST", "api/disconnect", user(ann))).isEqualTo("{\"closed\":0}");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whoIsThereIsSaidByAnyNodeWhileTheOtherHangs(int frozen) throws IOException {
    RunningWar other = cluster.node(frozen);
    RunningWar asked = cluster.node(1 - frozen);
    String room = "room:frozen" + frozen;
    Guest ann = a.guest();
    Guest bob = a.guest();
    page(other, ann, room);
    page(asked, bob, room);
    awaitCount(a, room, 2);
    awaitCount(b, room, 2);
    // One of the two is the one that tells who comes and goes. A node that has just stood still
    // itself, in another
    // test, first has to hear who is where.
    eventually("said while the other hangs", () -> {
      HttpResponse<String> said;
      other.signal("STOP");
      try {
        said = call(asked, "GET", "api/presence?channel=" + room, "");
      } finally {
        other.signal("CONT");
      }
      if (said.statusCode() != 200) {
        TimeUnit.SECONDS.sleep(2); // or it would never hear the other one
        return false;
      }
      return said.body().contains(ann.user()) && said.body().contains(bob.user());
    });
  }

  @Test
  void serverSentEventsGoOnAtTheOtherNodeWithoutLossOrDoubles(TestInfo test) throws IOException {
    String channel = channel(test);
    List<String> read = new ArrayList<>();
    String id = "";
    for (int i = 0; i < 6; i++) { // to and fro
      RunningWar here = cluster.node(i % 2);
      RunningWar there = cluster.node(1 - i % 2);
      String[] headers = id.isEmpty() ? new String[0] : new String[] {"Last-Event-ID", id};
      try (EventStream stream =
          EventStream.open(here.http("events?channels=" + channel), headers)) {
        assertThat(stream.object()).startsWith("{\"welcome\":");
        assertThat(stream.telling()).startsWith("{\"subscribed\":").contains("\"recovered\":true");
        publish(there, channel, "open" + i);
        while (!read.contains("open" + i)) {
          read.add(Json.field(stream.telling(), "data"));
        }
        id = stream.lastEventId();
      }
      publish(here, channel, "closed" + i);
    }
    assertThat(read)
        .containsExactly(IntStream.range(0, 11)
            .mapToObj(i -> (i % 2 == 0 ? "open" : "closed") + i / 2)
            .toArray(String[]::new));
  }

  @Test
  void aPageGoesOnAtTheOtherNodeWithoutLossOrDoubles(TestInfo test) throws IOException {
    String channel = channel(test);
    Guest ann = a.guest();
    List<String> read = new ArrayList<>();
    String after = "";
    for (int i = 0; i < 6; i++) {
      Page page = page(cluster.node(i % 2), ann);
      page.line.send("{\"subscribe\":\"" + channel + "\"" + after + "}");
      assertThat(page.line.object()).contains("\"recovered\":true");
      publish(cluster.node(1 - i % 2), channel, "open" + i);
      while (!read.contains("open" + i)) {
        String push = page.line.object();
        read.add(Json.field(push, "data"));
        after = push.contains("\"position\"")
            ? ",\"after\":\"" + Json.field(push, "position") + '"'
            : after;
      }
      page.line.leave();
      publish(cluster.node(i % 2), channel, "closed" + i);
    }
    assertThat(read).doesNotHaveDuplicates().hasSize(11);
  }

  @Test
  void healthAndTheMBeanSayWhetherRedisIsSeenSinceWhenAndHowManyLive() throws Exception {
    String seen = ready(a).body();
    assertThat(seen).contains("\"redis\":{\"seen\":true,\"since\":");
    Map<String, Object> figures = JmxOfProcess.figures(a.pid());
    assertThat(figures)
        .containsEntry("RedisSeen", true)
        .containsEntry("RedisSinceMillis", Long.parseLong(Json.field(seen, "since")))
        .containsEntry("Nodes", 2)
        .containsEntry("Ready", true);
    cluster.wayToRedis(0).refuse(true);
    cluster.wayToRedis(0).cut();
    try {
      eventually("it sees no Redis", () -> ready(a).body().contains("\"seen\":false"));
      assertThat(ready(a).statusCode()).isEqualTo(503);
      String unseen = ready(a).body();
      assertThat(unseen).contains("\"ready\":false").contains("\"seen\":false");
      assertThat(Long.parseLong(Json.field(unseen, "since")))
          .isGreaterThan(Long.parseLong(Json.field(seen, "since")));
      assertThat(JmxOfProcess.figures(a.pid()))
          .containsEntry("RedisSeen", false)
          .containsEntry("RedisSinceMillis", Long.parseLong(Json.field(unseen, "since")))
          .containsEntry("Ready", false);
      assertThat(ready(b).body()).contains("\"seen\":true");
    } finally {
      cluster.wayToRedis(0).refuse(false);
    }
    bothAreReady();
    assertThat(Json.field(ready(a).body(), "since")).isNotEqualTo(Json.field(seen, "since"));
  }
}
