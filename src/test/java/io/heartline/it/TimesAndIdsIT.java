package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Position;
import io.heartline.testing.EventStream;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.StompRecorder;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each protocol tells when something was published, and the id that its publisher gave it. */
class TimesAndIdsIT {
  private static final String CHANNEL = "public:ids";

  @TempDir
  static Path folder;

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder);
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  @Test
  void allAreToldTheSame() throws IOException {
    WebSocketRecorder page = page();
    page.send("{\"subscribe\":\"" + CHANNEL + "\"}");
    assertThat(page.object()).startsWith("{\"subscribed\"");
    StompRecorder stomp = StompRecorder.connected(war.door("stomp"));
    stomp.send("SUBSCRIBE\nid:1\ndestination:/topic/" + CHANNEL + "\nreceipt:r\n\n");
    stomp.assertReceipt();
    try (EventStream stream = EventStream.open(war.http("events?channels=" + CHANNEL))) {
      stream.object();
      assertThat(stream.object()).startsWith("{\"subscribed\"");
      String body = "{\"channel\":\"" + CHANNEL + "\",\"data\":1,\"id\":\"order:1\"}";
      Position at =
          Position.parse(Json.field(war.publish(body).body(), "position")).orElseThrow();
      String push = "{\"channel\":\"" + CHANNEL + "\",\"offset\":1,\"time\":" + at.time()
          + ",\"position\":\"" + at + "\",\"id\":\"order:1\",\"data\":1}";
      assertThat(page.object()).isEqualTo(push);
      assertThat(stream.object()).isEqualTo(push);
      assertThat(stomp.frame())
          .contains("\ntimestamp:" + at.time() + "\npublication-id:order\\c1\n");
      war.publish(CHANNEL, "2");
      assertThat(page.object()).doesNotContain("\"id\"");
      assertThat(stream.object()).doesNotContain("\"id\"");
      assertThat(stomp.frame()).doesNotContain("publication-id");
    }
  }

  private static WebSocketRecorder page() {
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"));
    page.send("{\"hello\":{}}");
    assertThat(page.object()).startsWith("{\"welcome\"");
    return page;
  }
}
