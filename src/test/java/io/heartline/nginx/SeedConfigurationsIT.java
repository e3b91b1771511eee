package io.heartline.nginx;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.NodeClients;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.Told;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The nginx configurations that old clients live behind, directive by directive, in front of a root
 * deployment: their addresses work as they are.
 */
class SeedConfigurationsIT {
  /** In front of pages that call {@code /updatewebsocket}. */
  private static final String FIXED_UPGRADE = """
      server {
          listen 127.0.0.1:%d %s;
          server_name carrefourzone.senguo.cc;
          location / {
              proxy_pass_header Server;
              proxy_set_header Host $http_host;
              proxy_redirect off;
              proxy_set_header X-Real-IP $remote_addr;
              proxy_set_header X-Scheme $scheme;
              proxy_pass http://127.0.0.1:%d;
              proxy_http_version 1.1;
              proxy_set_header Upgrade "websocket";
              proxy_set_header Connection "Upgrade";
              proxy_read_timeout 600s;
          }
      }
      """;

  /**
   * Host is not passed on. The version is what everybody adds: without it nginx upgrades nothing.
   */
  private static final String NO_HOST = """
      server {
          listen 127.0.0.1:%d;
          location / {
              proxy_pass http://127.0.0.1:%d;
              proxy_http_version 1.1;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection "upgrade";
              proxy_connect_timeout 5;
              proxy_send_timeout 90;
              proxy_read_timeout 90;
          }
      }
      """;

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
      }
      server {
          listen 127.0.0.1:%1$d;
          add_header Access-Control-Allow-Origin *;
          add_header Access-Control-Allow-Methods 'GET, POST, OPTIONS';
          add_header Access-Control-Allow-Headers 'DNT,X-Mx-ReqToken,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Authorization';
          if ($request_method = 'OPTIONS') {
              return 204;
          }
          location / {
              proxy_pass http://socket.kevin.com/;
              proxy_set_header Host $host:$server_port;
              proxy_http_version 1.1;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection "upgrade";
          }
      }
      """;

  /** Host becomes the upstream's name. */
  private static final String BARE = """
      upstream %3$s {
          server 127.0.0.1:%2$d;
      }
      server {
          listen 127.0.0.1:%1$d;
          location / {
              root html;
              index index.html index.htm;
              proxy_pass http://%3$s;
              proxy_http_version 1.1;
              proxy_connect_timeout 4s;
              proxy_read_timeout 60s;
              proxy_send_timeout 12s;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection "Upgrade";
          }
      }
      """;

  /** {@code listen ... ssl} is what {@code ssl on} is called today. Host loses its port. */
  private static final String MINI_PROGRAM = """
      server {
          server_name www.test.com;
          listen 127.0.0.1:%d ssl;
          proxy_read_timeout 10s;
          proxy_connect_timeout 5s;
          location /wss {
              proxy_pass http://localhost:%2$d;
              proxy_http_version 1.1;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection $connection_upgrade;
              proxy_set_header Host $host;
              proxy_set_header X-Real-IP $remote_addr;
              proxy_set_header X-Real-Port $remote_port;
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
              proxy_set_header X-Forwarded-Protocol "$scheme";
          }
          location / {
              proxy_pass http://localhost:%2$d;
              proxy_set_header Host $host;
              proxy_set_header X-Real-IP $remote_addr;
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
              proxy_set_header X-Forwarded-Protocol $scheme;
          }
      }
      """;

  @TempDir
  static Path folder;

  private static RunningWar war;

  /** The same, but the origins of pages are named. */
  private static RunningWar named;

  private static NginxInFront nginx;
  private static SelfSigned tls;
  private static final int fixedUpgrade = NginxInFront.freePort();
  private static final int fixedUpgradeSecure = NginxInFront.freePort();
  private static final int noHost = NginxInFront.freePort();
  private static final int noHostNamed = NginxInFront.freePort();
  private static final int hashed = NginxInFront.freePort();
  private static final int bare = NginxInFront.freePort();
  private static final int bareNamed = NginxInFront.freePort();
  private static final int miniProgram = NginxInFront.freePort();
  private static final int miniProgramNamed = NginxInFront.freePort();

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder.resolve("war"), "heartline.context=/");
    named = RunningWar.start(
        folder.resolve("named"),
        "heartline.context=/",
        "heartline.origins=%s,%s,%s"
            .formatted(
                origin(noHostNamed),
                origin(bareNamed),
                origin(miniProgramNamed).replace("http", "https")));
    tls = SelfSigned.make(folder);
    String http = "ssl_certificate " + tls.certificate() + "; ssl_certificate_key " + tls.key()
        + ";\n" + MAP
        + FIXED_UPGRADE.formatted(fixedUpgrade, "", war.port())
        + FIXED_UPGRADE.formatted(fixedUpgradeSecure, "ssl", war.port())
        + NO_HOST.formatted(noHost, war.port())
        + NO_HOST.formatted(noHostNamed, named.port())
        + HASHED.formatted(hashed, war.port())
        + BARE.formatted(bare, war.port(), "webscoket")
        + BARE.formatted(bareNamed, named.port(), "webscoket.named")
        + MINI_PROGRAM.formatted(miniProgram, war.port())
        + MINI_PROGRAM.formatted(miniProgramNamed, named.port());
    nginx = NginxInFront.start(folder, new Configuration(http), miniProgramNamed);
  }

  @AfterAll
  static void stop() {
    war.close();
    named.close();
    nginx.close();
  }

  private static String origin(int port) {
    return "http://127.0.0.1:" + port;
  }

  private static URI door(int port, String path) {
    return URI.create("ws://127.0.0.1:" + port + path);
  }

  private static int handshake(int port, String path, String origin) throws IOException {
    try (RawSocketClient client = RawSocketClient.connect(door(port, path))) {
      return client
          .handshake(
              door(port, path),
              "Origin",
              origin,
              "X-Forwarded-For", // of each proxy's own, since the log tells each address once
              "203.0." + port / 256 + '.' + port % 256)
          .status();
    }
  }

  /** Whoami, the script and a publication, by way of nginx. */
  private static void assertTheRestIsServed(int port, RunningWar war) throws IOException {
    URI base = URI.create(origin(port));
    assertThat(
            RunningWar.send(HttpRequest.newBuilder(base.resolve("/api/whoami"))).body())
        .isEqualTo("{\"user\":null,\"channel\":null}");
    assertThat(RunningWar.send(HttpRequest.newBuilder(base.resolve("/heartline.js")))
            .body())
        .isEqualTo(war.get("heartline.js").body());
    HttpResponse<String> published =
        RunningWar.send(HttpRequest.newBuilder(base.resolve("/api/publish"))
            .header("Authorization", "Bearer " + war.key())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(
                "{\"channel\":\"updates\",\"data\":\"from port " + port + "\"}")));
    assertThat(published.statusCode()).isEqualTo(200);
  }

  private static void assertWorks(int port, String path, RunningWar war, String... headers)
      throws IOException {
    WebSocketRecorder line = WebSocketRecorder.raw(door(port, path), headers);
    line.assertRawLives();
    assertTheRestIsServed(port, war);
    assertThat(line.frame()).isEqualTo("from port " + port);
    line.leave();
  }

  @Test
  void updatesBehindAFixedUpgradeHeader() throws IOException {
    assertWorks(fixedUpgrade, "/updatewebsocket", war, "Origin", origin(fixedUpgrade));
    assertThat(handshake(fixedUpgrade, "/updatewebsocket", "http://evil.example"))
        .isEqualTo(403);
  }

  @Test
  void updatesBehindAFixedUpgradeHeaderAndTlsByXScheme() {
    SecureClient client = new SecureClient(tls, fixedUpgradeSecure);
    client.raw("/updatewebsocket", "Origin", client.origin()).assertRawLives();
    assertThat(client.refused("/updatewebsocket", "Origin", origin(fixedUpgradeSecure)))
        .isEqualTo(403);
  }

  @Test
  void usersBehindAProxyThatHidesTheHost() throws IOException {
    Guest ann = war.guest();
    WebSocketRecorder line =
        WebSocketRecorder.raw(door(noHost, "/ws/user-channel"), "Cookie", ann.cookie());
    line.send("HeartBeat");
    assertThat(line.frame()).isEqualTo("HeartBeat");
    war.publish("{\"user\":\"" + ann.user() + "\",\"data\":\"for ann\"}");
    assertThat(line.frame()).isEqualTo("for ann");
    line.leave();
    assertWorks(noHost, "/ws/user-channel", war);
  }

  @Test
  void pagesBehindAProxyThatHidesTheHostNeedTheirOriginNamed() throws IOException {
    String path = "/ws/user-channel";
    assertThat(handshake(noHost, path, origin(noHost))).isEqualTo(403);
    assertThat(war.awaitOutput(origin(noHost))).contains("403").contains("heartline.origins");
    assertWorks(noHostNamed, path, named, "Origin", origin(noHostNamed));
    assertThat(handshake(noHostNamed, path, "http://evil.example")).isEqualTo(403);
  }

  @Test
  void allBehindAHashedUpstreamWithHostAndPort() throws IOException {
    assertWorks(hashed, "/updatewebsocket", war, "Origin", origin(hashed));
    assertThat(handshake(hashed, "/updatewebsocket", "http://evil.example")).isEqualTo(403);
    WebSocketRecorder page =
        WebSocketRecorder.page(door(hashed, "/line"), "Origin", origin(hashed));
    page.send("{\"hello\":{}}");
    assertThat(page.object()).startsWith("{\"welcome\":{");
    page.leave();
    HttpResponse<String> preflight =
        RunningWar.send(HttpRequest.newBuilder(URI.create(origin(hashed) + "/api/publish"))
            .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
  }

  @Test
  void allBehindABareProxyThatSendsTheUpstreamsNameAsHost() throws IOException {
    assertWorks(bare, "/updatewebsocket", war);
  }

  @Test
  void pagesBehindABareProxyNeedTheirOriginNamed() throws IOException {
    assertThat(handshake(bare, "/updatewebsocket", origin(bare))).isEqualTo(403);
    assertWorks(bareNamed, "/updatewebsocket", named, "Origin", origin(bareNamed));
    assertThat(handshake(bareNamed, "/updatewebsocket", "http://evil.example")).isEqualTo(403);
  }

  @Test
  void miniProgramsBehindTlsStayOpenThroughTheirProxysTenSeconds() throws IOException {
    SecureClient client = new SecureClient(tls, miniProgram);
    Wire line = client.raw("/wss");
    assertThat(line.next()).startsWith("Server: ");
    line.send("test");
    assertThat(line.next()).isEqualTo("Server: Received(test)");
    assertThat(line.staysOpen(Duration.ofSeconds(23)))
        .as("with default settings")
        .isTrue();
    war.publish("updates", "\"still here\"");
    assertThat(line.next()).isEqualTo("still here");
    assertThat(client.get("/api/whoami")).isEqualTo("{\"user\":null,\"channel\":null}");
  }

  /** Its code, too, is what was published, on a stand-in for a phone. */
  @Test
  void thePublishedMiniProgramIsGreetedAnsweredAndStaysOpen() throws IOException {
    Told told = new Told(List.of("phone"));
    try (NodeClients ignored = new NodeClients(
        told, "seed004.mjs", "wss://127.0.0.1:" + miniProgram, tls.certificate().toString())) {
      told.awaitEach(event -> event.text().equals("Server: Received(test)"));
      assertThat(told.of("phone", event -> event.detail().equals("message")).stream()
              .map(Told.Event::text))
          .first(as(InstanceOfAssertFactories.STRING))
          .startsWith("Server: ")
          .isNotEqualTo("Server: Received(test)");
      // The time is waited out on a line beside it, whose client knows when it is closed.
      SecureClient client = new SecureClient(tls, miniProgram);
      Wire line = client.raw("/wss");
      line.next();
      assertThat(line.staysOpen(Duration.ofSeconds(12)))
          .as("longer than the proxy's 10 s")
          .isTrue();
      war.publish("updates", "\"later\"");
      told.awaitEach(event -> event.text().equals("later"));
      assertThat(told.of(
              "phone", event -> event.detail().equals("close") || event.detail().equals("error")))
          .isEmpty();
    }
  }

  @Test
  void theirPagesAreKnownByXForwardedProtocolOnTheUsualPortAndNamedOnOthers() {
    SecureClient client = new SecureClient(tls, miniProgram);
    client.raw("/wss", "Origin", "https://127.0.0.1"); // as if nginx listened on 443
    assertThat(client.refused("/wss", "Origin", "http://127.0.0.1")).isEqualTo(403);
    assertThat(client.refused("/wss", "Origin", client.origin())).isEqualTo(403);
    SecureClient known = new SecureClient(tls, miniProgramNamed);
    assertThat(known.raw("/wss", "Origin", known.origin()).next()).startsWith("Server: ");
    assertThat(known.refused("/wss", "Origin", "https://evil.example")).isEqualTo(403);
  }
}
