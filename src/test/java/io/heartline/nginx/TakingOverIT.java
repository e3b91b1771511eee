package io.heartline.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes behind the shipped file: one lives, one takes over. */
class TakingOverIT {
  private static final String KEY = "one-key-for-both-nodes-of-the-test";
  private static final String LINE = "/heartline/line";
  private static final String PUBLISH = "/heartline/api/publish";
  private static final String CHANNEL = "public:orders";

  /** What a welcome says of the grace tells the nodes apart. */
  private static final String LIVE = "\"grace\":11000,";

  private static final String SPARE = "\"grace\":12000,";

  @TempDir
  Path folder;

  private RunningWar live;
  private RunningWar spare;
  private NginxInFront nginx;
  private SecureClient client;

  @BeforeEach
  void start() throws IOException {
    live = live(NginxInFront.freePort());
    spare = RunningWar.start(
        folder.resolve("spare"),
        "heartline.api.keys=" + KEY,
        "heartline.api.scopes=publish,drain",
        "heartline.grace=12s");
    SelfSigned tls = SelfSigned.make(folder);
    int port = NginxInFront.freePort();
    nginx = NginxInFront.start(
        folder, Configuration.shipped(folder, port, tls, live.port(), spare.port()), port);
    client = new SecureClient(tls, port);
  }

  private RunningWar live(int port) throws IOException {
    return RunningWar.start(
        folder.resolve("live"),
        "heartline.api.keys=" + KEY,
        "heartline.api.scopes=publish,drain",
        "heartline.grace=11s",
        "heartline.port=" + port);
  }

  @AfterEach
  void stop() {
    live.close();
    spare.close();
    nginx.close();
  }

  private void publish(String data) throws IOException {
    client.publish(PUBLISH, KEY, CHANNEL, data);
  }

  private static HttpResponse<String> post(RunningWar war, String path) throws IOException {
    return RunningWar.send(HttpRequest.newBuilder(war.http(path))
        .timeout(RunningWar.PATIENCE)
        .header("Authorization", "Bearer " + KEY)
        .POST(HttpRequest.BodyPublishers.noBody()));
  }

  @Test
  void aReloadEndsNoLineAndNewOnesOpen() throws IOException {
    Wire before = client.page(LINE);
    before.subscribe(CHANNEL, "");
    Wire raw = client.raw("/heartline/updatewebsocket");
    nginx.reload();
    before.assertPageLives();
    raw.assertRawLives();
    Wire after = client.page(LINE);
    after.subscribe(CHANNEL, "");
    publish("1");
    assertThat(before.next()).endsWith("\"data\":1}");
    assertThat(after.next()).endsWith("\"data\":1}");
    before.leave();
    raw.leave();
    after.assertPageLives();
  }

  @Test
  void whenTheLiveNodeDiesPagesAreLiveOnTheSpareAndToldOfTheGapUntilItIsBack() throws IOException {
    Wire first = client.page(LINE);
    assertThat(first.welcome()).contains(LIVE);
    first.subscribe(CHANNEL, "");
    publish("1");
    String position = Json.field(first.next(), "position");

    live.kill();
    assertThat(first.closed().code()).isEqualTo(1006);
    Wire second = client.page(LINE); // at the first attempt
    assertThat(second.welcome()).contains(SPARE);
    assertThat(second.subscribe(CHANNEL, position))
        .contains("\"recovered\":false")
        .contains("\"reason\":\"epoch\"");
    publish("2");
    assertThat(second.next()).endsWith("\"data\":2}");

    live = live(live.port());
    List<Wire> back = new ArrayList<>();
    for (int i = 0; i < 5; i++) { // kept open: nginx has seen no request to a good end yet
      Wire line = client.page(LINE);
      assertThat(line.welcome()).contains(LIVE);
      back.add(line);
    }
    second.assertPageLives(); // the spare keeps its lines until it is drained
    assertThat(post(spare, "api/drain?window=0").statusCode()).isEqualTo(202);
    assertThat(second.closed().code()).isEqualTo(4000);
    Wire third = client.page(LINE);
    assertThat(third.welcome()).contains(LIVE);
    back.add(third);
    for (Wire line : back) {
      line.subscribe(CHANNEL, "");
    }
    publish("3");
    for (Wire line : back) {
      assertThat(line.next()).endsWith("\"data\":3}");
    }
  }

  @Test
  void drainingTheLiveNodeMovesItsPagesToTheSpare() throws IOException {
    List<Wire> pages = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Wire page = client.page(LINE);
      assertThat(page.welcome()).contains(LIVE);
      page.subscribe(CHANNEL, "");
      pages.add(page);
    }
    HttpResponse<String> drain = post(live, "api/drain?window=2");
    assertThat(drain.statusCode()).isEqualTo(202);
    assertThat(drain.body()).isEqualTo("{\"draining\":20,\"window\":2000}");
    assertThat(live.get("health/ready").statusCode()).isEqualTo(503);

    Wire newcomer = client.page(LINE); // refused there with 503, which nginx keeps to itself
    assertThat(newcomer.welcome()).contains(SPARE);

    for (Wire page : pages) {
      String bye = page.next();
      assertThat(bye).startsWith("{\"bye\":{\"code\":4000,").contains("\"reconnect\":true");
      assertThat(Long.parseLong(Json.field(bye, "delay"))).isBetween(0L, 2_000L);
    }
    for (Wire page : pages) {
      assertThat(page.closed().code()).isEqualTo(4000);
    }
    for (int i = 0; i < pages.size(); i++) {
      Wire again = client.page(LINE);
      assertThat(again.welcome()).contains(SPARE);
    }
    live.stop();
    newcomer.subscribe(CHANNEL, "");
    publish("1");
    assertThat(newcomer.next()).endsWith("\"data\":1}");
  }
}
