package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The WAR deployed in the container under test, seen from outside. */
public final class Deployed {
  static final String KEY = "contract-key";

  private final URI base;

  /** @param name under which it is deployed: {@code heartline} serves under {@code /heartline} */
  public Deployed(String name) {
    base = URI.create(System.getProperty("heartline.container.base")).resolve(name + "/");
  }

  /**
   * Returns the packed WAR as it is.
   *
   * @param name to deploy it under
   * @param settings such as {@code heartline.beat=1s}, for this deployment alone
   */
  public static WebArchive archive(String name, String... settings) {
    try {
      Path data = Path.of(System.getProperty("heartline.container.data"), name);
      deleteStore(data.resolve("store")); // of an earlier run
      Files.createDirectories(data);
      Files.write(data.resolve("heartline.properties"), List.of(settings));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    File war = new File(System.getProperty("heartline.war", "target/heartline.war"));
    return ShrinkWrap.create(ZipImporter.class, name + ".war").importFrom(war).as(WebArchive.class);
  }

  private static void deleteStore(Path store) throws IOException {
    if (Files.exists(store)) {
      try (Stream<Path> files = Files.list(store)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Returns the URL of a path below the context, such as {@code api/publish}. */
  public URI http(String path) {
    return base.resolve(path);
  }

  /** Returns the WebSocket URL of a door, such as {@code line}. */
  public URI door(String path) {
    return URI.create("ws" + http(path).toString().substring("http".length()));
  }

  public HttpResponse<String> get(String path, String... headers) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(http(path)).timeout(RunningWar.PATIENCE);
    return RunningWar.send(headers.length == 0 ? request : request.headers(headers));
  }

  /** Sends a request with the publish key. */
  public HttpResponse<String> post(String path, String body) throws IOException {
    return RunningWar.send(HttpRequest.newBuilder(http(path))
        .timeout(RunningWar.PATIENCE)
        .header("Authorization", "Bearer " + KEY)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  public HttpResponse<String> delete(String path) throws IOException {
    return RunningWar.send(HttpRequest.newBuilder(http(path))
        .timeout(RunningWar.PATIENCE)
        .header("Authorization", "Bearer " + KEY)
        .DELETE());
  }

  /**
   * Publishes to a channel and returns its position.
   *
   * @param data as JSON
   */
  public String publish(String channel, String data) throws IOException {
    HttpResponse<String> answer =
        post("api/publish", "{\"channel\":\"" + channel + "\",\"data\":" + data + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.field(answer.body(), "position");
  }

  /** Returns the cookie of the session that an answer has begun; a log-in changes its id. */
  static String session(HttpResponse<?> answer) {
    List<String> sessions = answer.headers().allValues("Set-Cookie").stream()
        .filter(cookie -> cookie.startsWith("JSESSIONID="))
        .toList();
    assertThat(sessions).isNotEmpty();
    String last = sessions.get(sessions.size() - 1);
    return last.substring(0, last.indexOf(';'));
  }

  /** Asks for what makes a new browser a guest of the demo. */
  public Guest guest() throws IOException {
    String setCookie = get("guest.js").headers().firstValue("Set-Cookie").orElseThrow();
    String cookie = setCookie.substring(0, setCookie.indexOf(';'));
    return new Guest(cookie, Json.field(get("api/whoami", "Cookie", cookie).body(), "user"));
  }
}
