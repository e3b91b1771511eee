package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is in a channel, on the packed WAR. */
class PresenceIT {
  @TempDir
  static Path folder;

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(
        folder,
        "heartline.subscribe=room:*",
        "heartline.presence=room:*",
        "heartline.presence.away=1s",
        "heartline.seats.line=none");
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  private static WebSocketRecorder page(Guest guest, String subscribe) {
    WebSocketRecorder line = WebSocketRecorder.page(war.door("line"), "Cookie", guest.cookie());
    line.send("{\"hello\":{}}");
    assertThat(line.object()).startsWith("{\"welcome\":{");
    line.send(subscribe);
    assertThat(line.object()).startsWith("{\"subscribed\":");
    return line;
  }

  private static String subscribe(String channel) {
    return "{\"subscribe\":\"" + channel + "\"}";
  }

  private static HttpResponse<String> here(String channel, String... headers) throws IOException {
    return war.get("api/presence?channel=" + channel, headers);
  }

  @Test
  void aPageSeesWhoIsThereAndWhoComesAndGoes() throws IOException {
    Guest ann = war.guest();
    Guest bob = war.guest();
    page(ann, subscribe("room:1"));
    WebSocketRecorder watcher = page(ann, "{\"subscribe\":\"room:1#presence\",\"last\":1}");
    assertThat(watcher.object()).contains("{\"here\":[\"" + ann.user() + "\"],\"count\":1}");

    HttpResponse<String> here = here("room:1", "Cookie", bob.cookie());
    assertThat(here.statusCode()).isEqualTo(200);
    assertThat(here.body())
        .startsWith("{\"channel\":\"room:1\",\"count\":1,\"users\":[\"" + ann.user() + "\"]");

    WebSocketRecorder line = page(bob, subscribe("room:1"));
    assertThat(watcher.object())
        .contains("{\"join\":[\"" + bob.user() + "\"],\"leave\":[],\"count\":2}");
    line.leave();
    assertThat(watcher.object())
        .contains("{\"join\":[],\"leave\":[\"" + bob.user() + "\"],\"count\":1}");
    WebSocketRecorder later = page(
        bob,
        "{\"subscribe\":\"room:1#presence\",\"after\":\"" + Json.field(here.body(), "position")
            + "\"}");
    assertThat(later.object()).contains("\"join\":[\"" + bob.user() + "\"]");
  }

  @Test
  void onlyWhoMaySeesItAndOnlyWhereItIsKept() throws IOException {
    assertThat(here("room:2").statusCode()).isEqualTo(403);
    Guest ann = war.guest();
    assertThat(here("public:x", "Cookie", ann.cookie()).statusCode()).isEqualTo(403);
    assertThat(here("room:2&channel=room:3", "Cookie", ann.cookie()).statusCode())
        .isEqualTo(400);
    WebSocketRecorder line = WebSocketRecorder.page(war.door("line"));
    line.send("{\"hello\":{}}");
    line.object();
    line.send(subscribe("room:2#presence"));
    assertThat(line.object()).contains("\"code\":\"forbidden\"");
  }

  @Test
  void nobodyElseTellsWhoIsThere() throws IOException {
    HttpResponse<String> answer =
        war.publish("{\"channel\":\"room:4#presence\",\"data\":{\"here\":[\"eve\"]}}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"field\":\"channel\"");
  }
}
