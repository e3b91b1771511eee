package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RedisServer;
import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes of a cluster, and what becomes of their clients while Redis does not answer. */
class RedisAwayIT {
  private static RedisServer redis;
  private static RunningWar one;
  private static RunningWar two;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    redis =
        RedisServer.start(folder, "--appendonly", "yes", "--appendfsync", "always", "--save", "");
    one = node(folder.resolve("one"));
    two = node(folder.resolve("two"));
  }

  private static RunningWar node(Path folder) throws IOException {
    return RunningWar.start(
        folder,
        "heartline.store=redis",
        "heartline.redis=" + redis.address(),
        "heartline.redis.timeout=500ms",
        "heartline.api.keys=cluster-key",
        "heartline.beat=1s");
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
    redis.close();
  }

  private static HttpResponse<String> publish(RunningWar node, String body) throws IOException {
    return RunningWar.send(HttpRequest.newBuilder(node.http("api/publish"))
        .timeout(RunningWar.PATIENCE)
        .header("Authorization", "Bearer cluster-key")
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static String message(String data) {
    return "{\"channel\":\"updates\",\"data\":\"" + data + "\",\"id\":\"" + data + "\"}";
  }

  private static void eventually(String what, BooleanSupplier done) {
    long deadline = System.nanoTime() + RunningWar.PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static int ready(RunningWar node) {
    try {
      return node.get("health/ready").statusCode();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the head of the answer to a client of server-sent events. */
  private static HttpResponse<?> opened(RunningWar node) {
    try {
      HttpResponse<InputStream> answer = HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(node.http("events?channels=updates")).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      answer.body().close();
      return answer;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void linesOutliveAnAbsenceAndMissNothing() throws Exception {
    eventually("both are ready", () -> ready(one) == 200 && ready(two) == 200);
    WebSocketRecorder raw = WebSocketRecorder.listening(two.door("updatewebsocket"));
    assertThat(publish(one, message("before")).statusCode()).isEqualTo(200);
    assertThat(raw.frame()).isEqualTo("before");
    redis.kill();
    eventually("a publication is refused", () -> {
      try {
        HttpResponse<String> refused = publish(one, message("during"));
        return refused.statusCode() == 503
            && refused.headers().firstValue("Retry-After").isPresent();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    });
    eventually("neither is ready", () -> ready(one) == 503 && ready(two) == 503);
    assertThat(one.get("health/live").statusCode()).isEqualTo(200);
    eventually("no line is let in", () -> opened(two).statusCode() == 503);
    assertThat(opened(two).headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 15L);
    Set<String> told = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      HttpResponse<String> whoami = two.get("api/whoami");
      assertThat(whoami.statusCode())
          .as("a page is told that it is no proxy's fault")
          .isEqualTo(503);
      told.add(whoami.headers().firstValue("Retry-After").orElseThrow());
    }
    assertThat(told).as("not all pages come back at once").hasSizeGreaterThan(1);
    raw.send("ping");
    assertThat(raw.frame()).as("a line lives on").isEqualTo("pong");
    redis.start();
    eventually("both are ready again", () -> ready(one) == 200 && ready(two) == 200);
    HttpResponse<String> again = publish(one, message("during"));
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(Json.field(again.body(), "position")).contains(":2:");
    assertThat(publish(two, message("after")).statusCode()).isEqualTo(200);
    assertThat(raw.frame()).isEqualTo("during");
    assertThat(raw.frame()).isEqualTo("after");
    WebSocketRecorder late = WebSocketRecorder.listening(one.door("updatewebsocket"));
    assertThat(publish(two, message("late")).statusCode()).isEqualTo(200);
    assertThat(late.frame()).isEqualTo("late");
  }
}
