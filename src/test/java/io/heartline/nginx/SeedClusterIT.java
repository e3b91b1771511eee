package io.heartline.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RunningCluster;
import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The configurations for several servers that an old article recommends, directive by directive, in
 * front of two nodes: by the client's address, and plain.
 */
class SeedClusterIT {
  private static final String MAP = """
      map $http_upgrade $connection_upgrade {
          default upgrade;
          '' close;
      }
      """;

  private static final String HASHED = """
      upstream socket.kevin.com {
          hash $remote_addr consistent;
          server 127.0.0.1:%2$d;
          server 127.0.0.1:%3$d;
      }
      server {
          listen 127.0.0.1:%1$d;
          add_header Access-Control-Allow-Origin *;
          location / {
              proxy_pass http://socket.kevin.com/;
              proxy_set_header Host $host:$server_port;
              proxy_http_version 1.1;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection "upgrade";
          }
      }
      """;

  private static final String PLAIN = """
      upstream webscoket {
          server 127.0.0.1:%2$d;
          server 127.0.0.1:%3$d;
      }
      server {
          listen 127.0.0.1:%1$d;
          location / {
              root html;
              index index.html index.htm;
              proxy_pass http://webscoket;
              proxy_http_version 1.1;
              proxy_connect_timeout 4s;
              proxy_read_timeout 60s;
              proxy_send_timeout 12s;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection "Upgrade";
          }
      }
      """;

  @TempDir
  static Path folder;

  private static RunningCluster cluster;
  private static NginxInFront nginx;
  private static final int hashed = NginxInFront.freePort();
  private static final int plain = NginxInFront.freePort();

  @BeforeAll
  static void start() throws IOException {
    // What a welcome says of the grace tells the nodes apart.
    cluster = RunningCluster.start(
        folder, 2, NginxInFront::freePort, "heartline.context=/", "heartline.grace=1%ds");
    int first = cluster.node(0).port();
    int second = cluster.node(1).port();
    String http =
        MAP + HASHED.formatted(hashed, first, second) + PLAIN.formatted(plain, first, second);
    nginx = NginxInFront.start(folder, new Configuration(http), plain);
  }

  @AfterAll
  static void stop() {
    nginx.close();
    cluster.close();
  }

  static List<Integer> ports() {
    return List.of(hashed, plain);
  }

  private static URI door(int port, String path) {
    return URI.create("ws://127.0.0.1:" + port + path);
  }

  private static void publish(String base, String data) throws IOException {
    HttpResponse<String> answer =
        RunningWar.send(HttpRequest.newBuilder(URI.create(base + "/api/publish"))
            .header("Authorization", "Bearer " + RunningCluster.KEY)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(
                "{\"channel\":\"updates\",\"data\":\"" + data + "\"}")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @ParameterizedTest
  @MethodSource("ports")
  void oldClientsHearWhatIsPublishedAtAnyNode(int port) throws IOException {
    List<WebSocketRecorder> lines = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      WebSocketRecorder line = WebSocketRecorder.raw(door(port, "/updatewebsocket"));
      line.assertRawLives();
      lines.add(line);
    }
    List<String> places = List.of(
        "http://127.0.0.1:" + cluster.node(0).port(),
        "http://127.0.0.1:" + cluster.node(1).port(),
        "http://127.0.0.1:" + port);
    for (String place : places) {
      publish(place, "from " + place);
      for (WebSocketRecorder line : lines) {
        assertThat(line.frame()).isEqualTo("from " + place);
      }
    }
    lines.forEach(WebSocketRecorder::leave);
  }

  /** Returns the nodes that lines by this way are on. */
  private static Set<Integer> nodes(int port) {
    Set<Integer> nodes = new HashSet<>();
    for (int i = 0; i < 8; i++) {
      WebSocketRecorder page = WebSocketRecorder.page(door(port, "/line"));
      page.send("{\"hello\":{}}");
      nodes.add(Integer.parseInt(Json.field(page.object(), "grace")) / 1000 - 10);
      page.leave();
    }
    return nodes;
  }

  @Test
  void oneAddressIsOnOneNodeByHashAndOnBothWithout() {
    assertThat(nodes(hashed)).hasSize(1);
    assertThat(nodes(plain)).containsExactlyInAnyOrder(1, 2);
  }

  /** As it is on one server: a tab elsewhere takes the seat, wherever it is. */
  @Test
  void aUsersNewestTabWinsOnWhateverNodeItIs() throws IOException {
    RunningWar.Guest ann = cluster.node(0).guest();
    WebSocketRecorder older = null;
    for (int i = 0; i < 4; i++) { // by turns on both nodes
      WebSocketRecorder newer =
          WebSocketRecorder.raw(door(plain, "/ws/user-channel"), "Cookie", ann.cookie());
      newer.assertRawLives();
      if (older != null) {
        assertThat(older.closedAtLast().code()).isEqualTo(4500);
      }
      older = newer;
    }
    older.leave();
  }
}
