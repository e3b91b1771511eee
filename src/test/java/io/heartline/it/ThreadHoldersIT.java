package io.heartline.it;

import static io.heartline.testing.RawSocketClient.CLOSE;
import static io.heartline.testing.RawSocketClient.PING;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tomcat answers pings and closes on its own threads, behind a write of ours: lines that stop
 * reading and ask for such an answer must not hold all of them.
 */
class ThreadHoldersIT {
  /** More than Tomcat has threads: 200. */
  private static final int LINES = 210;

  /** More than sockets hold between two processes. */
  private static final int FLOOD = 8;

  private static final String FILLING = "x".repeat(200_000);

  /** Far less than a thread was held, far more than a busy machine needs for an answer. */
  private static final Duration ANSWER = Duration.ofSeconds(3);

  private static final int ASKED = 10;

  @TempDir
  Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void moreLinesThanThreadsThatDoNotReadAndAskForAnAnswerHoldUpNobody(boolean direct)
      throws IOException, InterruptedException {
    try (RunningWar war =
        RunningWar.start(folder, "heartline.tomcat.direct=" + direct, "heartline.beat=1h")) {
      holdUpNobody(war, PING);
      holdUpNobody(war, CLOSE, (byte) (1000 >> 8), (byte) (1000 & 0xff));
      holdUpNobody(war, CLOSE, (byte) (1001 >> 8), (byte) (1001 & 0xff));
    }
  }

  private static void holdUpNobody(RunningWar war, int opcode, byte... payload)
      throws IOException, InterruptedException {
    List<RawSocketClient> holders = new ArrayList<>();
    try {
      for (int i = 0; i < LINES; i++) {
        RawSocketClient holder = RawSocketClient.open(war.door("updatewebsocket"), 4 * 1024);
        holders.add(holder);
        holder.assertRawLives();
      }
      for (int i = 0; i < FLOOD; i++) {
        war.publish("updates", '"' + FILLING + '"');
      }
      TimeUnit.SECONDS.sleep(1); // until their writes wait: if they do not, nothing is held
      for (RawSocketClient holder : holders) {
        holder.frame(true, opcode, payload);
      }
      HttpClient http = HttpClient.newHttpClient();
      HttpRequest health =
          HttpRequest.newBuilder(war.http("health/live")).timeout(ANSWER).build();
      for (int i = 0; i < ASKED; i++) {
        assertThat(http.send(health, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        TimeUnit.MILLISECONDS.sleep(100);
      }
    } finally {
      for (RawSocketClient holder : holders) {
        holder.close();
      }
    }
  }
}
