package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.log.From;
import io.heartline.log.Retention;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.store.file.FileOptions;
import io.heartline.store.file.Opening;
import io.heartline.store.window.Bounds;
import io.heartline.testing.FakeTime;
import io.heartline.testing.Json;
import io.heartline.testing.ReadingCrowd;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with little memory keeps less, and nothing worse. */
class SmallHeapIT {
  private static final String HEAP = "-Xmx128m";
  private static final int LINES = 3;
  private static final int MESSAGES = 300;
  private static final int CHANNELS = 30;

  /** The last character makes each of the others take two bytes of the heap. */
  private static final String LONG = "x".repeat(250_000) + "你";

  private static final Draft LAST = new Draft(new ChannelName("last"), "1");

  @TempDir
  Path folder;

  private static String channel(int message) {
    return "public:" + message % CHANNELS;
  }

  private static String publish(RunningWar war, int message) throws IOException {
    String body = "{\"channels\":[\"updates\",\"" + channel(message) + "\"],\"data\":\"" + message
        + ":" + LONG + "\"}";
    HttpResponse<String> answer = war.publish(body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String newest(RunningWar war, int message) throws IOException {
    return war.get(
            "api/history?last=1&channel=" + channel(message),
            "Authorization",
            "Bearer " + war.key())
        .body();
  }

  private static void assertHealthy(RunningWar war) throws IOException {
    assertThat(war.get("health/ready").statusCode()).isEqualTo(200);
    assertThat(war.output()).noneMatch(line -> line.contains("OutOfMemoryError"));
  }

  @Test
  void moreThanTheHeapHoldsIsPublishedDeliveredAndThereAfterARestart() throws IOException {
    RunningWar killed = RunningWar.start(folder, HEAP, "heartline.beat=1h");
    try (ReadingCrowd crowd = ReadingCrowd.open(killed.door("updatewebsocket"), false, LINES)) {
      for (int i = 1; i <= MESSAGES; i++) {
        publish(killed, i);
        crowd.awaitNumber(i);
      }
    }
    assertHealthy(killed);
    killed.kill();
    try (RunningWar again = RunningWar.start(folder, HEAP, "heartline.api.scopes=publish,read")) {
      assertThat(newest(again, MESSAGES)).contains("\"data\":\"" + MESSAGES + ":xxx");
      for (int i = MESSAGES - CHANNELS; i < MESSAGES; i++) {
        assertThat(Json.field(newest(again, i), "head")).contains(":" + MESSAGES / CHANNELS + ":");
      }
      publish(again, MESSAGES + 1);
      assertHealthy(again);
    }
  }

  @Test
  void moreMemoryThanTheHeapHasEndsTheStart() throws IOException {
    RunningWar refused = RunningWar.failToStart(folder, HEAP, "heartline.memory=100MiB");
    assertThat(refused.awaitExit()).isEqualTo(1);
    assertThat(refused.output())
        .anySatisfy(line -> assertThat(line)
            .contains("Heartline cannot start: heartline.memory must be at most ")
            .contains("MiB, half of the heap (-Xmx): 100MiB"));
  }

  @Test
  void aStoreThatTheHeapCannotHoldEndsTheStartInOneLineAndLosesNothing() throws IOException {
    Path directory = folder.resolve("data").resolve("store");
    Position last;
    try (Store store = open(directory)) {
      for (int i = 0; i < 100; i++) {
        String name = "n".repeat(240) + i + '.';
        store
            .append(IntStream.range(0, 1000)
                .mapToObj(j -> new Draft(new ChannelName(name + j), "1"))
                .toList())
            .toCompletableFuture()
            .join();
      }
      last = store.append(List.of(LAST)).toCompletableFuture().join().get(0);
    }
    RunningWar refused = RunningWar.failToStart(folder, "-Xmx32m");
    assertThat(refused.awaitExit()).isEqualTo(1);
    assertThat(refused.output())
        .as("no trace")
        .hasSizeLessThan(10)
        .anySatisfy(line -> assertThat(line)
            .contains("Heartline cannot start: the heap of ")
            .contains("is too small to read the store in " + directory)
            .contains("heartline.memory"));
    try (Store store = open(directory);
        Store.View view = store
            .open(LAST.channel(), new From.Now())
            .toCompletableFuture()
            .join()
            .view()) {
      assertThat(view.head()).isEqualTo(last);
    }
  }

  private static Store open(Path directory) throws IOException {
    Retention retention = new Retention(1000, Duration.ofHours(24), 8 << 20);
    return new Opening(
            directory,
            new FileOptions(64 << 20, 4L << 30),
            new Bounds(retention, 256 << 20, 1_000_000),
            new FakeTime(),
            Thread::new)
        .open("life");
  }
}
