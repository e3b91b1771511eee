package io.heartline.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * nginx ends a line that was silent for its read timeout, here 4 s: our beats are what keeps lines
 * open, and all that does.
 *
 * <p>For a soak, an hour of silence with a machine to oneself:
 *
 * <pre>mvn -B verify -Dit.test='io.heartline.nginx.SilenceIT' -Dtest=NoSuch \
 *   -Dsurefire.failIfNoSpecifiedTests=false -Dheartline.silence.seconds=3600</pre>
 */
class SilenceIT {
  private static final Duration SILENCE =
      Duration.ofSeconds(Long.getLong("heartline.silence.seconds", 30));

  /** A machine that stands still for a whole timeout ends lines, too; it is not what is tested. */
  private static final int ATTEMPTS = 3;

  @TempDir
  Path folder;

  private int port;
  private SelfSigned tls;
  private SecureClient client;

  @BeforeEach
  void prepare() throws IOException {
    tls = SelfSigned.make(folder);
    port = NginxInFront.freePort();
    client = new SecureClient(tls, port);
  }

  private NginxInFront impatient(RunningWar war) throws IOException {
    Configuration shipped = Configuration.shipped(folder, port, tls, war)
        .with(
            "proxy_read_timeout 75s;                          # three beats of 25 s: only",
            "proxy_read_timeout 4s; #");
    return NginxInFront.start(folder, shipped, port);
  }

  private RunningWar war(String beat) throws IOException {
    return RunningWar.start(
        folder.resolve("war"), "heartline.beat=" + beat, "heartline.beat.wss=" + beat);
  }

  /** One line at each door. */
  private List<Wire> lines() {
    Wire page = client.page("/heartline/line");
    page.subscribe("updates", "");
    Wire miniProgram = client.raw("/heartline/wss");
    miniProgram.next();
    Wire updates = client.raw("/heartline/updatewebsocket");
    return List.of(page, miniProgram, updates, client.raw("/heartline/ws/user-channel"));
  }

  @Test
  void withBeatsLinesOutliveManyTimeoutsWithoutAWordFromTheirClients() throws IOException {
    try (RunningWar war = war("1s");
        NginxInFront ignored = impatient(war)) {
      List<Wire> lines = lines();
      boolean open = stayOpen(lines);
      for (int attempt = 2; attempt <= ATTEMPTS && !open; attempt++) {
        lines = lines();
        open = stayOpen(lines);
      }
      assertThat(open).isTrue();
      war.publish("updates", "\"still here\"");
      for (Wire line : lines) {
        assertThat(line.next()).contains("still here");
        assertThat(line.beats()).isPositive();
      }
    }
  }

  private static boolean stayOpen(List<Wire> lines) {
    long end = System.nanoTime() + SILENCE.toNanos();
    boolean open = true;
    for (Wire line : lines) {
      open &= line.staysOpen(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
    return open;
  }

  @Test
  void withoutBeatsNginxEndsThemWhileTheServerWouldHaveKeptThem() throws IOException {
    try (RunningWar war = war("1h");
        NginxInFront ignored = impatient(war)) {
      WebSocketRecorder direct = WebSocketRecorder.raw(war.door("updatewebsocket"));
      for (Wire line : lines()) {
        assertThat(line.closed().code()).isEqualTo(1006);
        assertThat(line.beats()).isZero();
      }
      direct.assertRawLives();
    }
  }
}
