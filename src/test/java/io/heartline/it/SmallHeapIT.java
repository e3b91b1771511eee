package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.ReadingCrowd;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with little memory keeps less, and nothing worse. */
class SmallHeapIT {
  private static final String HEAP = "-Xmx128m";
  private static final int LINES = 20;
  private static final int MESSAGES = 400;
  private static final int CHANNELS = 40;

  /** The last character makes each of the others take two bytes of the heap. */
  private static final String LONG = "x".repeat(200_000) + "你";

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
    RunningWar killed = RunningWar.start(folder, HEAP);
    try (ReadingCrowd crowd = ReadingCrowd.open(killed.door("updatewebsocket"), false, LINES)) {
      for (int i = 1; i <= MESSAGES; i++) {
        publish(killed, i);
        crowd.awaitNumber(i);
      }
    }
    assertHealthy(killed);
    killed.kill();
    try (RunningWar again = RunningWar.start(folder, HEAP)) {
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
  void aStoreThatTheHeapCannotHoldEndsTheStartAndLosesNothing() throws IOException {
    String[] names = {"heartline.memory=1MiB", "heartline.channels=1000000"};
    RunningWar large = RunningWar.start(folder, "-Xmx2g", names[0], names[1]);
    String name = "n".repeat(240);
    String position;
    try {
      for (int i = 0; i < 250; i++) {
        StringBuilder body = new StringBuilder("{\"data\":1,\"channels\":[");
        for (int j = 0; j < 1000; j++) {
          body.append(j == 0 ? "\"" : ",\"").append(name).append(i * 1000 + j).append('"');
        }
        assertThat(large.publish(body.append("]}").toString()).statusCode()).isEqualTo(200);
      }
      position = large.publish("public:last", "1");
    } finally {
      large.kill();
    }
    RunningWar refused = RunningWar.failToStart(folder, "-Xmx64m");
    assertThat(refused.awaitExit()).isEqualTo(1);
    List<String> said = refused.output();
    assertThat(said)
        .anySatisfy(line -> assertThat(line)
            .contains("Heartline cannot start: the heap of ")
            .contains("heartline.memory")
            .contains(large.data().resolve("store").toString()));
    assertThat(said).as("no trace").hasSizeLessThan(10);
    try (RunningWar again = RunningWar.start(folder, "-Xmx2g", names[0], names[1])) {
      assertThat(Json.field(
              again
                  .get("api/history?channel=public:last", "Authorization", "Bearer " + again.key())
                  .body(),
              "head"))
          .isEqualTo(position);
    }
  }
}
