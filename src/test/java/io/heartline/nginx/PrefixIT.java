package io.heartline.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The demo below a path of the proxy's own, which tells nobody that path: a browser must get from
 * the top to the page, and be the same guest on all doors.
 */
class PrefixIT {
  @TempDir
  Path folder;

  @ParameterizedTest
  @CsvSource({
    "/heartline, /app/, /heartline/",
    "/heartline, /app/, /",
    "/a/b, /x/y/, /a/b/",
    "/, /app/, /"
  })
  void theDemoIsFoundAndItsGuestIsKnownOnAllDoors(String context, String prefix, String upstream)
      throws Exception {
    int port = NginxInFront.freePort();
    try (RunningWar war = RunningWar.start(folder, "heartline.context=" + context);
        NginxInFront nginx = NginxInFront.start(
            folder.resolve("nginx"), rewriting(port, prefix, war.port(), upstream), port)) {
      HttpClient browser = HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .cookieHandler(new CookieManager())
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();
      HttpResponse<String> page = get(browser, URI.create("http://127.0.0.1:" + port + prefix));
      assertThat(page.statusCode()).as(nginx.said()).isEqualTo(200);
      assertThat(page.uri().getPath()).startsWith(prefix).endsWith("/demo/");
      URI deployment = page.uri().resolve("..");
      assertThat(page.body()).contains("src=\"../guest.js\"");
      get(browser, page.uri().resolve("../guest.js"));
      String user = Json.field(get(browser, deployment.resolve("api/whoami")).body(), "user");
      assertThat(user).matches("[a-z]+-[a-z]+-\\d{4}");
      assertThat(Json.field(welcome(browser, deployment.resolve("line")), "user"))
          .isEqualTo(user);
    }
  }

  private static Configuration rewriting(int port, String prefix, int server, String upstream) {
    return new Configuration("""
        server {
          listen 127.0.0.1:%d;
          absolute_redirect off;
          location %s {
            proxy_pass http://127.0.0.1:%d%s;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $http_connection;
          }
        }
        """.formatted(port, prefix, server, upstream));
  }

  private static HttpResponse<String> get(HttpClient browser, URI url)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url).timeout(RunningWar.PATIENCE).build();
    return browser.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Returns the first thing that a line is told. */
  private static String welcome(HttpClient browser, URI door) throws Exception {
    CompletableFuture<String> welcome = new CompletableFuture<>();
    WebSocket line = browser
        .newWebSocketBuilder()
        .subprotocols("heartline.v1")
        .buildAsync(
            URI.create(door.toString().replaceFirst("http", "ws")), new WebSocket.Listener() {
              @Override
              public CompletionStage<?> onText(WebSocket line, CharSequence text, boolean last) {
                welcome.complete(text.toString());
                return null;
              }
            })
        .get(RunningWar.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    line.sendText("{\"hello\":{}}", true);
    try {
      return welcome.get(RunningWar.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } finally {
      line.abort();
    }
  }
}
