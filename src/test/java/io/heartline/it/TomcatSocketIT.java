package io.heartline.it;

import static io.heartline.testing.RawSocketClient.CLOSE;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Flood;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RawSocketClient.Frame;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heartline and Tomcat write on the same socket: whole frames, each in its order. */
class TomcatSocketIT {
  @TempDir
  Path folder;

  private RunningWar start(boolean direct) throws IOException {
    return RunningWar.start(
        folder,
        "heartline.tomcat.direct=" + direct,
        "heartline.beat=1h",
        "heartline.no-progress=1h",
        "heartline.retain.count=10000",
        "heartline.retain.bytes=64MiB");
  }

  private static RawSocketClient reader(RunningWar war) throws IOException {
    return reader(war, 4 * 1024);
  }

  private static RawSocketClient reader(RunningWar war, int receiveBuffer) throws IOException {
    RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"), receiveBuffer);
    line.assertRawLives();
    return line;
  }

  @Test
  void aLongTextLeavesAsOneFrame() throws IOException {
    try (RunningWar war = start(true);
        RawSocketClient line = reader(war)) {
      war.publish("updates", '"' + Flood.FILLING + '"');
      assertThat(line.read()).satisfies(frame -> {
        assertThat(frame.fin()).isTrue();
        assertThat(frame.text()).isEqualTo(Flood.FILLING);
      });
    }
  }

  @Test
  void switchedOffItLeavesThroughTomcatsApiInParts() throws IOException {
    try (RunningWar war = start(false);
        RawSocketClient line = reader(war)) {
      war.publish("updates", '"' + Flood.FILLING + '"');
      Frame frame = line.read();
      assertThat(frame.fin()).isFalse();
      StringBuilder text = new StringBuilder(frame.text());
      while (!frame.fin()) {
        frame = line.read();
        text.append(frame.text());
      }
      assertThat(text).hasToString(Flood.FILLING);
    }
  }

  @Test
  void pongsStandBetweenFramesWhileTheSocketIsFull() throws IOException {
    try (RunningWar war = start(true);
        RawSocketClient line = reader(war)) {
      new Flood(line).assertPongsStandBetweenFrames(war::publish);
    }
  }

  @Test
  void pongsStandBetweenFramesOfTheApi() throws IOException {
    try (RunningWar war = start(false);
        RawSocketClient line = reader(war)) {
      new Flood(line).assertPongsStandBetweenFramesOfTheApi(war::publish);
    }
  }

  /**
   * Tomcat's answer waits for no longer than a write may, and between two writes for 100 ms. So the
   * close comes while a write waits, and the reader then reads fast: with a small buffer it would
   * need many seconds for what the system holds.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCloseIsAnsweredBehindTheFrameThatWaitsAndNothingFollowsIt(boolean direct)
      throws IOException {
    try (RunningWar war = start(direct);
        RawSocketClient line = reader(war, 0)) {
      Flood.publish(war::publish);
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
      line.frame(true, CLOSE, (byte) (1000 >> 8), (byte) (1000 & 0xff));
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
      assertThat(new Flood(line).readToClose().code()).isEqualTo(1000);
      assertThat(line.drain(1)).as("nothing follows a close").isNegative();
    }
  }
}
