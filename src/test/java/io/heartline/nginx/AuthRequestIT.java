package io.heartline.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.EventStream;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.Shop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code deploy/nginx/auth-request.conf}: an application says who its users are, nginx passes it
 * on, and nobody else is believed.
 */
class AuthRequestIT {
  private static final String SECRET = "a-secret-of-nginx-and-heartline";
  private static final String NOBODY = "{\"user\":null,\"channel\":null}";

  @TempDir
  static Path folder;

  private static Shop shop;
  private static RunningWar war;
  private static NginxInFront nginx;
  private static SecureClient client;

  @BeforeAll
  static void start() throws IOException {
    shop = Shop.open();
    shop.at("/who", Shop::sayInHeaders);
    war = RunningWar.start(
        folder.resolve("war"),
        "heartline.beat=1h",
        "heartline.demo=false",
        "heartline.auth=header",
        "heartline.auth.header=X-User",
        "heartline.auth.header.groups=X-Groups",
        "heartline.auth.header.secret=" + SECRET,
        "heartline.trusted-proxies=127.0.0.1");
    SelfSigned tls = SelfSigned.make(folder);
    int port = NginxInFront.freePort();
    Path who = Files.writeString(
        folder.resolve("auth-request.conf"),
        Configuration.file("auth-request.conf")
            .with("CHANGE-ME-0123456789", SECRET)
            .with("http://127.0.0.1:9090/who", shop.url("/who"))
            .text());
    nginx = NginxInFront.start(
        folder,
        Configuration.shipped(folder, port, tls, war)
            .with("# include /etc/nginx/heartline/auth-request.conf;", "include " + who + ";"),
        port);
    client = new SecureClient(tls, port);
  }

  @AfterAll
  static void stop() {
    nginx.close();
    war.close();
    shop.close();
  }

  private static String whoami(String... headers) throws IOException {
    HttpRequest.Builder request = client.request("/heartline/api/whoami");
    HttpResponse<byte[]> answer =
        client.send(headers.length == 0 ? request : request.headers(headers));
    assertThat(answer.statusCode()).isEqualTo(200);
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @Test
  void whoHasLoggedInToTheApplicationIsKnownHere() throws IOException {
    assertThat(whoami("Cookie", "a=b; shop=ann"))
        .isEqualTo("{\"user\":\"ann\",\"channel\":\"user:ann\"}");
    Wire page = client.page("/heartline/line", "Cookie", "shop=ann");
    assertThat(Json.field(page.welcome(), "user")).isEqualTo("ann");
    page.subscribe("user:ann", "");
    Wire raw = client.raw("/heartline/ws/user-channel", "Cookie", "shop=ann");
    raw.assertRawLives();
    try (EventStream stream =
        client.events("/heartline/events?channels=user:ann", "Cookie", "shop=ann")) {
      assertThat(Json.field(stream.telling(), "user")).isEqualTo("ann");
      assertThat(stream.telling()).startsWith("{\"subscribed\":\"user:ann\"");
      war.publish("user:ann", "\"for ann\"");
      assertThat(page.next()).endsWith("\"data\":\"for ann\"}");
      assertThat(raw.next()).isEqualTo("for ann");
      assertThat(stream.telling()).contains("\"data\":\"for ann\"");
    }
    page.leave();
    raw.leave();
  }

  @Test
  void theApplicationIsAskedWithTheBrowsersCookiesAndWithoutItsBody() throws IOException {
    shop.asked();
    whoami("Cookie", "shop=ann", "Authorization", "Basic eDp5", "X-User", "bob");
    Shop.Asked asked = shop.asked().get(0);
    assertThat(asked.method()).isEqualTo("GET");
    assertThat(asked.headers())
        .containsEntry("Cookie", java.util.List.of("shop=ann"))
        .containsEntry("Authorization", java.util.List.of("Basic eDp5"))
        .doesNotContainKey("X-user");
  }

  @Test
  void whatAClientSendsItselfIsOverwritten() throws IOException {
    String[] forged = {
      "X-User", "bob", "x-user", "eve", "X-Groups", "admins", "X-Heartline-Secret", SECRET
    };
    assertThat(whoami(forged)).isEqualTo(NOBODY);
    Wire nobody = client.page("/heartline/line", forged);
    assertThat(Json.fields(nobody.welcome(), "user")).isEmpty();
    nobody.leave();
    String[] ann = java.util.Arrays.copyOf(forged, forged.length + 2);
    ann[forged.length] = "Cookie";
    ann[forged.length + 1] = "shop=ann";
    assertThat(whoami(ann)).contains("\"user\":\"ann\"");
    for (String door : new String[] {"line", "stomp", "sockjs/a/b/websocket", "sockjs/info"}) {
      shop.asked();
      client.send(client.request("/heartline/" + door).headers(forged));
      assertThat(shop.asked()).as(door).hasSize(1);
    }
  }

  @Test
  void namesOfOtherAlphabetsPass() throws IOException {
    shop.at("/who", question -> {
      question
          .getResponseHeaders()
          .add(
              "X-User",
              new String("李雷".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
      question.sendResponseHeaders(200, -1);
    });
    try {
      assertThat(Json.field(whoami(), "user")).isEqualTo("李雷");
    } finally {
      shop.at("/who", Shop::sayInHeaders);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {503, 500, 404})
  void anApplicationThatCannotSayMakesNobodyAnonymous(int status) throws IOException {
    shop.at("/who", question -> question.sendResponseHeaders(status, -1));
    try {
      assertThat(client.refused("/heartline/line", "Cookie", "shop=ann")).isEqualTo(500);
      assertThat(client
              .send(client.request("/heartline/api/whoami").header("Cookie", "shop=ann"))
              .statusCode())
          .isEqualTo(500);
    } finally {
      shop.at("/who", Shop::sayInHeaders);
    }
  }

  @Test
  void nobodyOutsideCanAskTheApplicationThroughIt() throws IOException {
    assertThat(client.send(client.request("/heartline-who")).statusCode()).isEqualTo(404);
  }

  @Test
  void withoutTheProxyItsHeaderMeansNothing() throws IOException {
    // the proxy's machine, but not the proxy: it does not know the secret
    HttpResponse<String> answer = war.get("api/whoami", "X-User", "ann");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("X-Heartline-Secret is missing or wrong");
    // another machine, whatever it knows
    assertThat(fromElsewhere("X-User: ann\r\nX-Heartline-Secret: " + SECRET)).endsWith(NOBODY);
    assertThat(war.output()).noneMatch(line -> line.contains(SECRET));
  }

  /** Asks from an address that is no trusted proxy's. */
  private static String fromElsewhere(String headers) throws IOException {
    try (Socket socket = new Socket(
        InetAddress.getByName("127.0.0.1"), war.port(), InetAddress.getByName("127.0.0.2"), 0)) {
      socket.setSoTimeout((int) RunningWar.PATIENCE.toMillis());
      socket
          .getOutputStream()
          .write(("GET /heartline/api/whoami HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                  + headers + "\r\n\r\n")
              .getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
