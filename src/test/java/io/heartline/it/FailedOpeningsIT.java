package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lines that end while they open leave nothing behind. Containers have kept what belongs to them if
 * the endpoint threw.
 */
class FailedOpeningsIT {
  private static final int CLIENTS = 4;
  private static final int EACH = 2_500;

  @TempDir
  Path folder;

  /** Each would hold 4 KiB and more: together they would not fit. */
  @Test
  void tenThousandOfThemLeaveRoomInASmallHeap() throws Exception {
    try (RunningWar war = RunningWar.start(folder, "-Xmx40m")) {
      ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
      List<Future<Void>> all = new ArrayList<>();
      Callable<Void> client = () -> {
        for (int i = 0; i < EACH; i++) {
          failToOpen(war, i % 2 == 0);
        }
        return null;
      };
      for (int i = 0; i < CLIENTS; i++) {
        all.add(clients.submit(client));
      }
      for (Future<Void> one : all) {
        one.get(8 * RunningWar.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      clients.shutdown();
      assertThat(war.get("health/ready").statusCode()).isEqualTo(200);
      try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
        line.assertRawLives();
      }
      assertThat(war.output()).noneMatch(said -> said.contains("OutOfMemory"));
      assertThat(war.output()).noneMatch(said -> said.startsWith("\tat "));
    }
  }

  /** @param read whether the client waits for the close and answers it, or goes away at once */
  private static void failToOpen(RunningWar war, boolean read) throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("line"))) { // no subprotocol
      if (read) {
        assertThat(line.readClose().code()).isEqualTo(4506);
      } else {
        line.reset();
      }
    }
  }
}
