package io.heartline.it;

import static io.heartline.testing.RawSocketClient.CLOSE;
import static io.heartline.testing.RawSocketClient.PING;
import static io.heartline.testing.RawSocketClient.PONG;
import static io.heartline.testing.RawSocketClient.TEXT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

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
  /** Less than Heartline leaves to Tomcat, more than Tomcat puts into one frame. */
  private static final String FILLING = "x".repeat(20_000);

  /** More than sockets hold between two processes. */
  private static final int FLOOD = 300;

  private static final int PINGS = 200;

  /** Longer than a pong may take where no write of ours is under way. */
  private static final long LONG = TimeUnit.MILLISECONDS.toNanos(2_500);

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
    RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"), 4 * 1024);
    line.text("ping");
    assertThat(line.readText()).isEqualTo("pong");
    return line;
  }

  private static void flood(RunningWar war) throws IOException {
    for (int i = 0; i < FLOOD; i++) {
      war.publish("updates", "\"" + i + ':' + FILLING + '"');
    }
  }

  @Test
  void aLongTextLeavesAsOneFrame() throws IOException {
    try (RunningWar war = start(true);
        RawSocketClient line = reader(war)) {
      war.publish("updates", '"' + FILLING + '"');
      assertThat(line.read()).satisfies(frame -> {
        assertThat(frame.fin()).isTrue();
        assertThat(frame.text()).isEqualTo(FILLING);
      });
    }
  }

  @Test
  void switchedOffItLeavesThroughTomcatsApiInParts() throws IOException {
    try (RunningWar war = start(false);
        RawSocketClient line = reader(war)) {
      war.publish("updates", '"' + FILLING + '"');
      Frame frame = line.read();
      assertThat(frame.fin()).isFalse();
      StringBuilder text = new StringBuilder(frame.text());
      while (!frame.fin()) {
        frame = line.read();
        text.append(frame.text());
      }
      assertThat(text).hasToString(FILLING);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void pongsStandBetweenFramesWhileTheSocketIsFull(boolean direct) throws IOException {
    try (RunningWar war = start(direct);
        RawSocketClient line = reader(war)) {
      for (int i = 0; i < PINGS / 2; i++) {
        line.frame(true, PING, Integer.toString(i).getBytes(US_ASCII));
      }
      flood(war);
      int pongs = 0;
      int texts = 0;
      StringBuilder text = new StringBuilder();
      while (texts < FLOOD || pongs < PINGS) {
        if (texts == FLOOD / 4 && text.isEmpty() && pongs == PINGS / 2) {
          for (int i = PINGS / 2; i < PINGS; i++) {
            line.frame(true, PING, Integer.toString(i).getBytes(US_ASCII));
          }
          LockSupport.parkNanos(LONG); // a reader who does not read is what is tested
        }
        Frame frame = line.read();
        if (frame.opcode() == PONG) {
          assertThat(frame.text()).isEqualTo(Integer.toString(pongs++));
          continue;
        }
        assertThat(frame.opcode()).isEqualTo(text.isEmpty() ? TEXT : RawSocketClient.CONTINUATION);
        text.append(frame.text());
        if (frame.fin()) {
          assertThat(text.toString().equals(texts + ":" + FILLING))
              .as("text %d", texts)
              .isTrue();
          texts++;
          text.setLength(0);
        }
      }
      line.text("ping");
      assertThat(line.readText()).isEqualTo("pong");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCloseIsAnsweredBehindTheFrameThatWaitsAndNothingFollowsIt(boolean direct)
      throws IOException {
    try (RunningWar war = start(direct);
        RawSocketClient line = reader(war)) {
      flood(war);
      line.frame(true, CLOSE, (byte) (1000 >> 8), (byte) (1000 & 0xff));
      int texts = 0;
      StringBuilder text = new StringBuilder();
      Frame frame = line.read();
      while (frame.opcode() != CLOSE) {
        text.append(frame.text());
        if (frame.fin()) {
          assertThat(text.toString().equals(texts + ":" + FILLING))
              .as("text %d", texts)
              .isTrue();
          texts++;
          text.setLength(0);
        }
        frame = line.read();
      }
      assertThat(frame.code()).isEqualTo(1000);
      assertThat(line.drain(1)).as("nothing follows a close").isNegative();
    }
  }
}
