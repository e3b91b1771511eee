package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Position;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server answered 200 outlives it. */
class DurableIT {
  private static final String CHANNEL = "public:durable";

  @TempDir
  Path folder;

  private static String message(String data, String id) {
    return "{\"channel\":\"" + CHANNEL + "\",\"data\":" + data + ",\"id\":\"" + id + "\"}";
  }

  private static WebSocketRecorder resume(RunningWar war, String after) {
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"));
    page.send("{\"subscribe\":\"" + CHANNEL + "\",\"after\":\"" + after + "\"}");
    assertThat(page.object()).startsWith("{\"welcome\":");
    return page;
  }

  @Test
  void pagesResumeAtAKilledServerThatWasStartedAnew() throws IOException {
    RunningWar killed = RunningWar.start(folder);
    String first = killed.publish(CHANNEL, "1");
    String second = Json.field(killed.publish(message("2", "order-2")).body(), "position");
    killed.kill();
    try (RunningWar again = RunningWar.start(folder)) {
      WebSocketRecorder page = resume(again, first);
      assertThat(page.object())
          .isEqualTo("{\"subscribed\":\"" + CHANNEL + "\",\"position\":\"" + first
              + "\",\"recovered\":true}");
      assertThat(page.object())
          .isEqualTo("{\"channel\":\"" + CHANNEL + "\",\"offset\":2,\"time\":"
              + Position.parse(second).orElseThrow().time()
              + ",\"position\":\"" + second
              + "\",\"id\":\"order-2\",\"data\":2}");
      HttpResponse<String> repeated = again.publish(message("2", "order-2"));
      assertThat(Json.field(repeated.body(), "position")).as("the same id").isEqualTo(second);
      String third = again.publish(CHANNEL, "3");
      assertThat(page.object())
          .contains("\"offset\":3,\"time\":"
              + Position.parse(third).orElseThrow().time() + ",\"position\":\"" + third);
      assertThat(third).startsWith(first.substring(0, first.indexOf(':')) + ":3:");
      page.leave();
    }
  }

  @Test
  void inMemoryAllEndsWithTheProcess() throws IOException {
    RunningWar stopped = RunningWar.start(folder, "heartline.store=memory");
    String first = stopped.publish(CHANNEL, "1");
    stopped.stop();
    assertThat(stopped.data().resolve("store")).doesNotExist();
    try (RunningWar again = RunningWar.start(folder, "heartline.store=memory")) {
      WebSocketRecorder page = resume(again, first);
      assertThat(page.object()).endsWith("\"recovered\":false,\"reason\":\"epoch\"}");
      page.leave();
    }
  }

  @Test
  void twoServersNeverShareADataDirectory() throws IOException {
    try (RunningWar first = RunningWar.start(folder)) {
      RunningWar second = RunningWar.failToStart(folder);
      assertThat(second.awaitExit()).isEqualTo(1);
      assertThat(second.output().stream().filter(line -> line.contains("Heartline cannot start: ")))
          .anySatisfy(line -> assertThat(line)
              .contains(first.data().resolve("store") + " is in use by process ")
              .contains("set heartline.data.dir to another directory"));
      first.publish(CHANNEL, "1");
    }
  }

  @Test
  void damageEndsTheStartWithTheFileThePlaceAndWhatToDo() throws IOException {
    Path segment;
    try (RunningWar war = RunningWar.start(folder)) {
      war.publish(CHANNEL, "1");
      war.publish(CHANNEL, "2");
      segment = war.data().resolve("store").resolve("segment-0000000001.log");
    }
    byte[] bytes = Files.readAllBytes(segment);
    bytes[100] ^= 1;
    Files.write(segment, bytes);
    RunningWar refused = RunningWar.failToStart(folder);
    assertThat(refused.awaitExit()).isEqualTo(1);
    assertThat(String.join("\n", refused.output()))
        .contains("Heartline cannot start: " + segment + " is damaged at byte 64: ")
        .contains("move it away to begin with an empty one")
        .doesNotContain("is up");
    assertThat(Files.readAllBytes(segment)).isEqualTo(bytes);
  }

  @Test
  void aDataDirectoryThatCannotBeUsedEndsTheStartWithThePropertyAndTheRule() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    RunningWar refused =
        RunningWar.failToStart(folder, "heartline.data.dir=" + file.resolve("data"));
    assertThat(refused.awaitExit()).isEqualTo(1);
    assertThat(refused.output())
        .anySatisfy(line -> assertThat(line)
            .contains("Heartline cannot start: heartline.data.dir must be a directory that is there"
                + " or can be made by the user that runs the server")
            .contains(file.toString()));
  }

  @Test
  void aStoreWhoseFolderCannotBeMadeNamesTheDataDirectory() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("data").resolve("store"), "in the way");
    RunningWar refused = RunningWar.failToStart(folder);
    assertThat(refused.awaitExit()).isEqualTo(1);
    assertThat(refused.output())
        .anySatisfy(line -> assertThat(line)
            .contains(
                "Heartline cannot start: heartline.data.dir must be a directory where files can"
                    + " be made"));
  }
}
