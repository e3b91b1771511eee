package io.heartline.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.EventStream;
import io.heartline.testing.Json;
import io.heartline.testing.RunningCluster;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two live nodes behind the shipped files of a cluster. */
class ClusterFilesIT {
  private static final String HASHED = "upstream-cluster.conf";
  private static final String SPREAD = "upstream-cluster-spread.conf";

  private static final String LINE = "/heartline/line";
  private static final String PUBLISH = "/heartline/api/publish";
  private static final String CHANNEL = "public:orders";

  /** Says where a client comes from, as if nginx had seen it. */
  private static final String ADDRESS = "X-Test-Address";

  @TempDir
  Path folder;

  private RunningCluster cluster;
  private NginxInFront nginx;
  private SecureClient client;

  private void start(String upstream) throws IOException {
    start(upstream, true);
  }

  private void start(String upstream, boolean publishesAreRepeated) throws IOException {
    // What a welcome says of the grace tells the nodes apart.
    cluster = RunningCluster.start(folder, 2, NginxInFront::freePort, "heartline.grace=1%ds");
    SelfSigned tls = SelfSigned.make(folder);
    int port = NginxInFront.freePort();
    Configuration shipped = Configuration.cluster(
        folder, port, tls, upstream, cluster.node(0).port(), cluster.node(1).port());
    String http = "set_real_ip_from 127.0.0.1;\nreal_ip_header " + ADDRESS + ";\n"
        + (publishesAreRepeated
            ? shipped.text()
            : shipped.text().replace("location = /heartline/api/publish", "location = /off"));
    nginx = NginxInFront.start(folder, new Configuration(http), port);
    client = new SecureClient(tls, port);
  }

  @AfterEach
  void stop() {
    if (nginx != null) {
      nginx.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  /** Returns the number of the node that a line is on. */
  private static int node(Wire line) {
    return Integer.parseInt(Json.field(line.welcome(), "grace")) / 1000 - 10;
  }

  private HttpRequest.Builder publication(String channel, String value) {
    return client
        .request(PUBLISH)
        .header("Authorization", "Bearer " + RunningCluster.KEY)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString("{\"channel\":\"" + channel + "\",\"data\":\""
            + value + "\",\"id\":\"" + value + "\"}"));
  }

  /** Opens lines until there is one on each node. */
  private List<Wire> oneOnEach() {
    List<Wire> lines = new ArrayList<>();
    for (int wanted = 1; wanted <= 2; wanted++) {
      Wire line = client.page(LINE, ADDRESS, "203.0.113.1");
      for (int i = 2; node(line) != wanted; i++) {
        line.leave();
        line = client.page(LINE, ADDRESS, "203.0.113." + i);
      }
      lines.add(line);
    }
    return lines;
  }

  @ParameterizedTest
  @ValueSource(strings = {HASHED, SPREAD})
  void whatIsPublishedThroughAnyNodeReachesTheLinesOfAll(String upstream) throws IOException {
    start(upstream);
    List<Wire> lines = oneOnEach();
    lines.forEach(line -> line.subscribe(CHANNEL, ""));
    try (EventStream stream = client.events("/heartline/events?channels=" + CHANNEL)) {
      stream.object(); // the welcome
      stream.object(); // where it starts
      for (int i = 1; i <= 4; i++) { // by turns through both nodes
        assertThat(client.send(publication(CHANNEL, "m" + i)).statusCode()).isEqualTo(200);
        for (Wire line : lines) {
          assertThat(Json.field(line.next(), "data")).isEqualTo("m" + i);
        }
        assertThat(Json.field(stream.telling(), "data")).isEqualTo("m" + i);
      }
    }
    assertThat(nginx.accessLog().stream()
            .filter(line -> line.contains(PUBLISH))
            .map(line -> line.replaceAll(".*up=(\\S+) .*", "$1")))
        .as("who took them")
        .contains(
            "127.0.0.1:" + cluster.node(0).port(),
            "127.0.0.1:" + cluster.node(1).port());
  }

  @Test
  void anAddressStaysOnItsNode() throws IOException {
    start(HASHED);
    Set<Integer> nodes = new HashSet<>();
    for (int address = 1; address <= 16; address++) {
      Set<Integer> ofThis = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        ofThis.add(node(client.page(LINE, ADDRESS, "203.0.113." + address)));
      }
      assertThat(ofThis).hasSize(1);
      nodes.addAll(ofThis);
    }
    assertThat(nodes).containsExactlyInAnyOrder(1, 2);
  }

  @Test
  void linesOfOneAddressAreSpread() throws IOException {
    start(SPREAD);
    Set<Integer> nodes = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      nodes.add(node(client.page(LINE)));
    }
    assertThat(nodes).containsExactlyInAnyOrder(1, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {HASHED, SPREAD})
  void allRequestsOfASockJsSessionReachOneNode(String upstream) throws IOException {
    start(upstream);
    for (int i = 0; i < 8; i++) {
      String session = "/heartline/sockjs/updatewebsocket/a/session" + i;
      assertThat(post(session + "/xhr", "")).isEqualTo("o\n");
      for (int j = 0; j < 3; j++) {
        assertThat(post(session + "/xhr_send", "[\"ping\"]")).isEmpty();
        assertThat(post(session + "/xhr", "")).isEqualTo("a[\"pong\"]\n");
      }
    }
  }

  private String post(String path, String body) throws IOException {
    HttpResponse<byte[]> answer =
        client.send(client.request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).as(path).isIn(200, 204);
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {HASHED, SPREAD})
  void whenANodeDiesNoPublisherIsToldAndPagesResumeOnTheOther(String upstream)
      throws IOException, InterruptedException {
    start(upstream);
    Wire first = oneOnEach().get(0);
    first.subscribe(CHANNEL, "");
    assertThat(client.send(publication(CHANNEL, "before")).statusCode()).isEqualTo(200);
    String position = Json.field(first.next(), "position");

    Publishers publishers = new Publishers(4);
    publishers.awaitPublished(50);
    cluster.node(0).kill();
    assertThat(first.closed().code()).isEqualTo(1006);
    Wire second = client.page(LINE); // at the first attempt
    assertThat(node(second)).isEqualTo(2);
    String recovered = second.subscribe(CHANNEL, position);
    assertThat(recovered).contains("\"recovered\":true");
    publishers.awaitPublished(50);
    assertThat(publishers.finish()).as("statuses").containsExactly(200);

    List<String> read = new ArrayList<>();
    while (read.size() < publishers.published()) {
      read.add(Json.field(second.next(), "data"));
    }
    assertThat(read).doesNotHaveDuplicates().containsAll(publishers.values());
  }

  /** Publish through nginx, each its own values, and write down what they are answered. */
  private final class Publishers {
    private final AtomicBoolean enough = new AtomicBoolean();
    private final List<CompletableFuture<Void>> threads = new ArrayList<>();
    private final Set<Integer> statuses = java.util.Collections.synchronizedSet(new TreeSet<>());
    private final List<String> values = java.util.Collections.synchronizedList(new ArrayList<>());

    Publishers(int many) {
      for (int i = 0; i < many; i++) {
        String name = "p" + i;
        threads.add(CompletableFuture.runAsync(() -> publish(name), task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          thread.start();
        }));
      }
    }

    private void publish(String name) {
      try {
        for (int i = 0; !enough.get(); i++) {
          String value = name + '-' + i;
          statuses.add(client.send(publication(CHANNEL, value)).statusCode());
          values.add(value);
        }
      } catch (IOException e) {
        statuses.add(0);
      }
    }

    int published() {
      return values.size();
    }

    List<String> values() {
      return values;
    }

    /** Waits until so many more have been answered. */
    void awaitPublished(int more) {
      int wanted = published() + more;
      NginxInFront.await("published", () -> published() >= wanted);
    }

    Set<Integer> finish() {
      enough.set(true);
      threads.forEach(CompletableFuture::join);
      return statuses;
    }
  }

  @Test
  void aPublishThatAHangingNodeHasIsGivenToAnother() throws IOException {
    start(HASHED);
    Wire line = oneOnEach().get(1);
    line.subscribe(CHANNEL, "");
    cluster.node(0).signal("STOP");
    for (int i = 1; i <= 4; i++) { // by turns: the frozen node gets at least one
      assertThat(client.send(publication(CHANNEL, "m" + i)).statusCode()).isEqualTo(200);
      assertThat(Json.field(line.next(), "data")).isEqualTo("m" + i);
    }
    assertThat(nginx.accessLog())
        .as("one was given to both")
        .anyMatch(entry -> entry.contains(PUBLISH) && entry.contains(" ust=504, 200"));
    cluster.node(0).signal("CONT"); // now it reads what nginx has sent it
    assertThat(client.send(publication(CHANNEL, "m5")).statusCode()).isEqualTo(200);
    assertThat(Json.field(line.next(), "data")).isEqualTo("m5");
  }

  @Test
  void withoutTheFileForPublishesTheyAreSentOnce() throws IOException {
    start(SPREAD, false);
    cluster.node(0).signal("STOP");
    List<CompletableFuture<Integer>> answers = new ArrayList<>();
    for (int i = 0; i < 12; i++) { // half of them, by chance, have reached the frozen node
      String value = "m" + i;
      answers.add(CompletableFuture.supplyAsync(() -> {
        try {
          return client.send(publication(CHANNEL, value)).statusCode();
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }));
    }
    NginxInFront.await(
        "answered by the other node", () -> answers.stream().anyMatch(CompletableFuture::isDone));
    cluster.node(0).kill();
    assertThat(answers).extracting(CompletableFuture::join).contains(200, 502).allMatch(status -> {
      return status == 200 || status == 502;
    });
  }

  @Test
  void aHangingNodeCostsAClientOneAttempt() throws IOException {
    start(SPREAD);
    cluster.node(0).signal("STOP");
    Set<Integer> nodes = new HashSet<>();
    for (int i = 0; i < 20 && nodes.isEmpty(); i++) {
      CompletableFuture<Wire> attempt = CompletableFuture.supplyAsync(() -> client.page(LINE));
      try {
        nodes.add(node(attempt.get(2, java.util.concurrent.TimeUnit.SECONDS)));
      } catch (java.util.concurrent.TimeoutException e) {
        attempt.cancel(true); // as a page does, though it has more patience
      } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
        throw new AssertionError(e);
      }
    }
    assertThat(nodes).containsExactly(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {HASHED, SPREAD})
  void aNodeIsDrainedAndReplacedWhileAllGoOn(String upstream)
      throws IOException, InterruptedException {
    start(upstream);
    List<Wire> lines = oneOnEach();
    lines.forEach(line -> line.subscribe(CHANNEL, ""));
    Publishers publishers = new Publishers(2);
    publishers.awaitPublished(20);
    RunningWar first = cluster.node(0);
    HttpResponse<String> drain =
        RunningWar.send(HttpRequest.newBuilder(first.http("api/drain?window=1"))
            .header("Authorization", "Bearer " + RunningCluster.KEY)
            .POST(HttpRequest.BodyPublishers.noBody()));
    assertThat(drain.statusCode()).isEqualTo(202);
    assertThat(lines.get(0).closed().code()).isEqualTo(4000);
    for (int i = 1; i <= 6; i++) {
      assertThat(node(client.page(LINE, ADDRESS, "203.0.113." + i))).isEqualTo(2);
    }
    assertThat(first.stop()).isIn(0, 143);
    cluster.startAgain(0);
    publishers.awaitPublished(20);
    assertThat(publishers.finish()).as("statuses").containsExactly(200);
    oneOnEach(); // the first node is asked again
    assertThat(lines.get(1).isOpen()).isTrue();
  }
}
