package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.ReadingCrowd;
import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many at once: publishers, lines, and among them some that do not read. */
@ExtendWith(ArquillianExtension.class)
class ManyIT {
  private static final String NAME = "heartline-many";

  private final Deployed war = new Deployed(NAME);

  @Deployment(testable = false)
  static WebArchive heartline() {
    return Deployed.archive(
        NAME,
        "heartline.beat=1h",
        "heartline.first-frame=1h",
        "heartline.no-progress=1h",
        "heartline.retain.bytes=16MiB");
  }

  @Test
  void sixteenPublishersAtOnceReachOneLineCompleteAndInOrder() throws Exception {
    int publishers = 16;
    int each = 40;
    WebSocketRecorder raw = WebSocketRecorder.raw(war.door("updatewebsocket"));
    raw.assertRawLives();
    WebSocketRecorder page = Contract.page(war);
    page.send(Contract.subscribe("updates"));
    int before = Integer.parseInt(Json.field(page.object(), "position").split(":")[1]);
    ExecutorService threads = Executors.newFixedThreadPool(publishers);
    try {
      List<CompletableFuture<Void>> publishing = IntStream.range(0, publishers)
          .mapToObj(
              publisher -> CompletableFuture.runAsync(() -> publish(publisher, each), threads))
          .toList();
      List<String> seen = new ArrayList<>();
      for (int i = 1; i <= publishers * each; i++) {
        String object = page.object();
        assertThat(Json.field(object, "offset")).isEqualTo(String.valueOf(before + i));
        seen.add(Json.field(object, "data"));
      }
      for (String data : seen) {
        assertThat(raw.frame()).isEqualTo(data);
      }
      assertThat(new TreeSet<>(seen)).hasSize(publishers * each);
      for (CompletableFuture<Void> done : publishing) {
        done.get(RunningWar.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    raw.assertRawLives();
    page.assertPageLives();
    raw.leave();
    page.leave();
  }

  private void publish(int publisher, int count) {
    try {
      for (int i = 0; i < count; i++) {
        war.publish("updates", "\"" + publisher + "/" + i + "\"");
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aThousandLinesAreServedWhileOthersDoNotRead() throws IOException {
    List<RawSocketClient> stuck = new ArrayList<>();
    try (ReadingCrowd raw = ReadingCrowd.open(war.door("updatewebsocket"), false, 500);
        ReadingCrowd pages = ReadingCrowd.open(war.door("line"), true, 500)) {
      for (int i = 0; i < 3; i++) {
        RawSocketClient line = RawSocketClient.openPage(war.door("line"), 4 * 1024);
        stuck.add(line);
        line.text("{\"hello\":{}}\n{\"subscribe\":\"public:flood\"}");
        String answer = line.readText();
        assertThat(answer.contains("subscribed") ? answer : line.readText())
            .contains("{\"subscribed\":\"public:flood\"");
      }
      for (int i = 0; i < 40; i++) {
        war.publish("public:flood", "\"" + "x".repeat(200_000) + "\"");
      }
      String filling = "x".repeat(1_000);
      for (int i = 1; i <= 60; i++) {
        war.publish("updates", "\"" + i + ":" + filling + "\"");
        if (i % 20 == 0) {
          raw.awaitNumber(i);
          pages.awaitNumber(i);
        }
      }
      for (RawSocketClient line :
          stuck) { // reads again: told what it has missed, or nothing missed
        assertThat(line.readText()).startsWith("{\"channel\":\"public:flood\",\"offset\":1,");
      }
    } finally {
      for (RawSocketClient line : stuck) {
        line.close();
      }
    }
    assertThat(war.get("health/ready").statusCode()).isEqualTo(200);
  }
}
