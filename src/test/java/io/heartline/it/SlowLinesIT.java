package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A line that reads slowly lags; it is not cut off. */
class SlowLinesIT {
  private static final long SLOWLY = TimeUnit.SECONDS.toNanos(10);

  @ParameterizedTest
  @ValueSource(ints = {4_000, 200_000})
  void aLineThatReadsAHundredKilobytesPerSecondIsNotCutOff(int size, @TempDir Path folder)
      throws IOException {
    int count = 8_000_000 / size;
    try (RunningWar war = RunningWar.start(
            folder,
            "heartline.beat=1h",
            "heartline.no-progress=4s",
            "heartline.retain.count=100000",
            "heartline.retain.bytes=64MiB");
        RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"), 32 * 1024)) {
      line.assertRawLives();
      String filling = "x".repeat(size);
      CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> {
        try {
          for (int i = 0; i < count; i++) {
            war.publish("updates", '"' + filling + '"');
          }
          war.publish("updates", "\"end\"");
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
      // A slow reader is what is tested, so time passes here; nothing is measured.
      long begin = System.nanoTime();
      int slowly = 0;
      while (System.nanoTime() - begin < SLOWLY) {
        int read = line.drain(1_000);
        assertThat(read).as("after %d bytes", slowly).isPositive();
        slowly += read;
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
      assertThat(slowly).isLessThan(4_000_000);
      assertThat(line.drainUntil("end")).isTrue(); // read on: who waits for the rest reads nothing
      publishing.join();
    }
  }
}
