package io.heartline.it;

import static io.heartline.testing.RawSocketClient.PING;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that goes away in the middle of anything is no exception in the log. */
class ResetLinesIT {
  private static final int ROUNDS = 6;
  private static final int CLIENTS = 60;

  /** Sizes of publications: many in one write, and more than a socket holds. */
  private static final int[] SIZES = {300, 3_000, 60_000, 200_000};

  @TempDir
  Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void clientsThatResetWhileAWriteWaitsLeaveNoStackInTheLog(boolean direct) throws IOException {
    AtomicBoolean enough = new AtomicBoolean();
    try (RunningWar war =
        RunningWar.start(folder, "heartline.tomcat.direct=" + direct, "heartline.beat=1s")) {
      CompletableFuture<Void> feed = CompletableFuture.runAsync(() -> feed(war, enough));
      for (int round = 0; round < ROUNDS; round++) {
        resetAll(war, round);
      }
      enough.set(true);
      feed.join();
      assertThat(war.get("health/live").statusCode()).isEqualTo(200);
      war.stop(); // so that all is said
      assertThat(war.output())
          .noneMatch(line -> line.startsWith("\tat ") || line.contains("Exception"));
    } finally {
      enough.set(true);
    }
  }

  private static void feed(RunningWar war, AtomicBoolean enough) {
    try {
      for (int i = 0; !enough.get(); i++) {
        war.publish("updates", '"' + "x".repeat(SIZES[i % SIZES.length]) + '"');
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void resetAll(RunningWar war, int round) throws IOException {
    List<RawSocketClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(RawSocketClient.open(war.door("updatewebsocket"), 4 * 1024));
    }
    for (RawSocketClient client : clients) {
      try {
        if (round % 2 == 0) {
          client.frame(true, PING);
        } else {
          client.drain(1_000);
        }
      } catch (IOException e) {
        // The server has given it up.
      }
      client.reset();
    }
  }
}
