package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest of the demo rehearses a restart: it is said to their own lines, and to nobody else's. */
class DemoRestartIT {
  @TempDir
  Path folder;

  private static WebSocketRecorder page(RunningWar war, Guest guest) {
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"), "Cookie", guest.cookie());
    page.send("{\"hello\":{}}");
    assertThat(page.object()).contains("\"welcome\"");
    return page;
  }

  private static HttpResponse<String> restart(RunningWar war, String... headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(war.http("demo/restart")).POST(BodyPublishers.noBody());
    return RunningWar.send(headers.length == 0 ? request : request.headers(headers));
  }

  @Test
  void onlyTheGuestsOwnLinesAreToldAndTheyMayComeBack() throws IOException {
    try (RunningWar war = RunningWar.start(folder)) {
      Guest ann = war.guest();
      Guest ben = war.guest();
      WebSocketRecorder anns = page(war, ann);
      WebSocketRecorder bens = page(war, ben);
      HttpResponse<String> answer = restart(war, "Cookie", ann.cookie());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(Json.field(answer.body(), "closed")).isEqualTo("1");
      String bye = anns.object();
      assertThat(bye).contains("\"bye\":{\"code\":1012").contains("\"reconnect\":true");
      assertThat(bye).contains("\"reason\":\"a restart is rehearsed\"").contains("\"delay\":8000");
      assertThat(anns.closed())
          .isEqualTo(new WebSocketRecorder.Closed(1012, "a restart is rehearsed"));

      bens.send("{\"probe\":1}");
      assertThat(bens.object()).isEqualTo("{\"probed\":1}");
      WebSocketRecorder back = page(war, ann);
      back.send("{\"probe\":2}");
      assertThat(back.object()).isEqualTo("{\"probed\":2}");
    }
  }

  @Test
  void nobodyElseMayAskForItAndNotAllTheTime() throws IOException {
    try (RunningWar war = RunningWar.start(folder, "heartline.demo.publish=1/2")) {
      Guest ann = war.guest();
      assertThat(restart(war).statusCode()).isEqualTo(403);
      assertThat(restart(war, "Authorization", "Bearer " + war.key()).statusCode())
          .isEqualTo(403);
      assertThat(restart(war, "Cookie", ann.cookie(), "Origin", "https://evil.example")
              .statusCode())
          .isEqualTo(403);
      HttpResponse<String> answer = restart(war, "Cookie", ann.cookie());
      for (int i = 0; answer.statusCode() == 200; i++) {
        assertThat(i).isLessThan(100);
        answer = restart(war, "Cookie", ann.cookie());
      }
      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(Json.field(answer.body(), "field")).isEqualTo("guest");
    }
  }
}
