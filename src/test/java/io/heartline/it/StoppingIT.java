package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM: the end of the runnable WAR. */
class StoppingIT {
  @TempDir
  Path folder;

  @RepeatedTest(5) // what goes wrong here goes wrong now and then
  void beingAskedToStopItTellsEveryPageWhenToComeBackAndLeavesNothingBehind() throws IOException {
    RunningWar war = RunningWar.start(folder, "heartline.drain.window=30s");
    List<WebSocketRecorder> pages = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      WebSocketRecorder page = WebSocketRecorder.page(war.door("line"));
      page.send("{\"hello\":{}}");
      assertThat(page.object()).startsWith("{\"welcome\":{");
      pages.add(page);
    }
    WebSocketRecorder raw = WebSocketRecorder.raw(war.door("updatewebsocket"));
    raw.assertRawLives();
    Path run = war.data().resolve("heartline-run");
    assertThat(list(run)).as("the unpacked WAR, its mark, and the lock of all").hasSize(3);

    int exit = war.stop();
    List<Long> delays = new ArrayList<>();
    for (WebSocketRecorder page : pages) {
      String bye = page.object();
      assertThat(bye)
          .startsWith("{\"bye\":{\"code\":1012,\"reason\":\"server stops\",\"reconnect\":true,");
      assertThat(Json.field(bye, "spread")).isEqualTo("2000");
      delays.add(Long.parseLong(Json.field(bye, "delay")));
      assertThat(page.closed().code()).isEqualTo(1012);
    }
    assertThat(delays).as("20 lines are few").allMatch(delay -> delay >= 0 && delay < 2_000);
    assertThat(delays.stream().distinct().count()).as("spread delays").isGreaterThan(10);
    assertThat(raw.closed().code()).isEqualTo(1012);
    assertThat(exit).isEqualTo(143);
    assertThat(list(war.temporaryFiles())).as("temporary files").isEmpty();
    assertUnpackedIsGone(run);
    assertThat(war.output())
        .as("the log of the stop")
        .anyMatch(line -> line.endsWith("closing 21 lines"));
    assertThat(war.output().stream().filter(StoppingIT::isTrouble)).isEmpty();
  }

  @Test
  void itStopsCleanlyEvenIfItsUnpackedFilesAreGone() throws IOException {
    RunningWar war = RunningWar.start(folder);
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"));
    page.send("{\"hello\":{}}");
    assertThat(page.object()).startsWith("{\"welcome\":{");
    Path run = war.data().resolve("heartline-run");
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    int exit = war.stop();
    assertThat(page.object()).startsWith("{\"bye\":{\"code\":1012,");
    assertThat(page.closed().code()).isEqualTo(1012);
    assertThat(exit).isEqualTo(143);
    assertThat(run).doesNotExist();
    assertThat(war.output()).anyMatch(line -> line.endsWith("closing 1 lines"));
    assertThat(war.output().stream().filter(StoppingIT::isTrouble)).isEmpty();
  }

  @Test
  void whatAKilledProcessHasLeftIsDeletedByTheNextStartAndALivingOnesIsNot() throws IOException {
    Path run = folder.resolve("data").resolve("heartline-run");
    RunningWar killed = RunningWar.start(folder);
    killed.kill();
    assertThat(list(run)).hasSize(3);
    RunningWar living = RunningWar.start(folder);
    assertThat(list(run)).hasSize(3);
    RunningWar.failToStart(folder, "heartline.port=" + living.port());
    assertThat(living.get("heartline.js").statusCode()).isEqualTo(200);
    assertThat(list(run).stream().filter(Files::isDirectory))
        .as("only the living one")
        .hasSize(1);
    assertThat(living.stop()).isEqualTo(143);
    assertUnpackedIsGone(run);
  }

  @Test
  void beingAskedToStopItStopsAlsoWithNobodyThere() throws IOException {
    RunningWar war = RunningWar.start(folder, "-Djava.io.tmpdir=/nonexistent");
    assertThat(war.stop()).isEqualTo(143);
    assertThat(list(war.temporaryFiles())).isEmpty();
    assertThat(war.output().stream()
            .filter(line -> !line.contains("java.io.tmpdir")) // the JVM says so, since 25
            .filter(StoppingIT::isTrouble))
        .isEmpty();
  }

  /** Refused for want of a key; strangers can have as many of them as they like. */
  @Test
  void callsThatWereRefusedAndNeverSendTheirBodiesLeaveNothingInTheLogOfAStop() throws IOException {
    RunningWar war = RunningWar.start(folder);
    List<RawSocketClient> strangers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      RawSocketClient stranger = RawSocketClient.connect(war.http("api/publish"));
      stranger.bytes(
          "POST /heartline/api/publish HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc"
              .getBytes(StandardCharsets.US_ASCII));
      strangers.add(stranger);
    }
    for (RawSocketClient stranger : strangers) {
      assertThat(stranger.answer().status()).isEqualTo(401);
    }
    assertThat(war.stop()).isEqualTo(143);
    for (RawSocketClient stranger : strangers) {
      stranger.close();
    }
    assertThat(war.output().stream()
            .filter(StoppingIT::isTrouble)
            .filter(line -> !line.contains("WARNING refused ")))
        .isEmpty();
  }

  private static void assertUnpackedIsGone(Path run) throws IOException {
    assertThat(list(run))
        .as("the lock of all, and marks that the next start deletes")
        .allMatch(Files::isRegularFile)
        .contains(run.resolve("lock"));
  }

  private static boolean isTrouble(String line) {
    return line.contains("SEVERE")
        || line.contains("WARNING")
        || line.contains("Exception")
        || line.contains("Error")
        || line.contains("could not");
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
