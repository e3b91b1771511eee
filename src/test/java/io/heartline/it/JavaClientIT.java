package io.heartline.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.client.Disconnect;
import io.heartline.client.HeartlineClient;
import io.heartline.client.HeartlineException;
import io.heartline.client.Message;
import io.heartline.client.Published;
import io.heartline.nginx.NginxInFront;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java client at the packed WAR. */
class JavaClientIT {
  private static final Path JAR = Path.of(
          System.getProperty("heartline.war", "target/heartline.war"))
      .resolveSibling("heartline-client.jar");

  private static final int CHANNELS = 4;
  private static final int EACH = 3_000;

  /** So many are published before the server is killed. */
  private static final int BEFORE = 2_000;

  @TempDir
  Path folder;

  private static <T> T in(CompletableFuture<T> future) throws Exception {
    return future.get(4 * RunningWar.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static HeartlineClient.Builder client(RunningWar war) throws IOException {
    return HeartlineClient.builder(war.base(), war.key());
  }

  @Test
  void whatItPublishesIsReadAndItsPlacesAreTheServers() throws Exception {
    try (RunningWar war = RunningWar.start(folder);
        HeartlineClient client = client(war).build()) {
      List<Published> places = in(client.publish(
          Message.toChannels(List.of("public:a", "public:b"), "{\"text\": \"你好 🐼\"}")));
      assertThat(places).extracting(Published::channel).containsExactly("public:a", "public:b");
      String read = war.get("api/history?channel=public:a").body();
      assertThat(read)
          .contains("\"data\":{\"text\":\"你好 🐼\"}")
          .contains("\"position\":\"" + places.get(0).position() + "\"");
      Message once = Message.toUser("ann", "1").withId("order-42-paid");
      assertThat(in(client.publish(once))).isEqualTo(in(client.publish(once)));

      CompletableFuture<List<Published>> bad = client.publish(Message.toChannel("a b", "1"));
      CompletableFuture<List<Published>> malformed =
          client.publish(Message.toChannel("public:a", "{\"a\":01}"));
      CompletableFuture<List<Published>> good = client.publish(Message.toChannel("public:a", "2"));
      in(good);
      assertRefused(bad, 400, "channel");
      assertRefused(malformed, 400, "body");
    }
  }

  private static void assertRefused(CompletableFuture<?> future, int status, String field)
      throws Exception {
    try {
      in(future);
      throw new AssertionError("it was taken");
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOfSatisfying(HeartlineException.Refused.class, refusal -> {
        assertThat(refusal.status()).isEqualTo(status);
        assertThat(refusal.field()).isEqualTo(field);
      });
    }
  }

  @Test
  void itDisconnectsWithAKeyThatMay() throws Exception {
    try (RunningWar war = RunningWar.start(
            folder, "heartline.api.scopes=disconnect", "heartline.seats.line=none");
        HeartlineClient client = client(war).build()) {
      Guest ann = war.guest();
      WebSocketRecorder page = WebSocketRecorder.page(war.door("line"), "Cookie", ann.cookie());
      page.send("{\"hello\":{}}");
      page.object();
      assertThat(in(client.disconnect(Disconnect.user(ann.user()).block(Duration.ofHours(1)))))
          .isEqualTo(1);
      assertThat(page.closedAtLast().code()).isEqualTo(4502);
      assertThat(war.get("api/whoami", "Cookie", ann.cookie()).statusCode()).isEqualTo(403);
      assertRefused(client.publish(Message.toChannel("public:a", "1")), 403, "Authorization");
    }
  }

  /** The server is killed in the middle of many calls and comes back a little later. */
  @Test
  void nothingIsLostAndNothingDoubledOverAKillAndARestart() throws Exception {
    int port = NginxInFront.freePort();
    String[] settings = {"heartline.port=" + port, "heartline.retain.count=" + EACH};
    RunningWar war = RunningWar.start(folder, settings);
    HeartlineClient client = HeartlineClient.builder(
            URI.create("http://127.0.0.1:" + port + "/heartline"), war.key())
        .patience(Duration.ofMinutes(5))
        .waiting(Duration.ofMinutes(5))
        .queueBytes(256 << 10)
        .build();
    try (client) {
      CountDownLatch before = new CountDownLatch(BEFORE);
      List<CompletableFuture<Void>> threads = new ArrayList<>();
      for (int i = 0; i < CHANNELS; i++) {
        String channel = "public:" + i;
        threads.add(CompletableFuture.runAsync(() -> publish(client, channel, before)));
      }
      assertThat(before.await(RunningWar.PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .isTrue();
      war.kill();
      war = RunningWar.start(folder, settings);
      for (CompletableFuture<Void> thread : threads) {
        in(thread);
      }
      for (int i = 0; i < CHANNELS; i++) {
        assertThat(read(war, "public:" + i))
            .isEqualTo(IntStream.range(0, EACH).mapToObj(Integer::toString).toList());
      }
    } finally {
      war.close();
    }
  }

  private static void publish(HeartlineClient client, String channel, CountDownLatch before) {
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < EACH; i++) {
      CompletableFuture<?> one = client.publish(Message.toChannel(channel, Integer.toString(i)));
      one.thenRun(before::countDown);
      all.add(one);
    }
    CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).join();
  }

  private static List<String> read(RunningWar war, String channel) throws IOException {
    List<String> all = new ArrayList<>();
    String page =
        war.get("api/history?limit=1000&last=" + EACH + "&channel=" + channel).body();
    all.addAll(Json.fields(page, "data"));
    while (Json.field(page, "more").equals("true")) {
      String next = page.replaceFirst(".*\"position\":\"([^\"]*)\",\"head\".*", "$1");
      page = war.get("api/history?limit=1000&channel=" + channel + "&after=" + next)
          .body();
      all.addAll(Json.fields(page, "data"));
    }
    return all;
  }

  @Test
  void theJarIsAModuleThatHasNothingElse() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name"))
          .isEqualTo("io.heartline.client");
      assertThat(jar.stream().map(ZipEntry::getName))
          .allMatch(name ->
              name.matches("META-INF/(MANIFEST.MF)?|io/|io/heartline/|io/heartline/client/.*"));
    }
    try (ZipFile war = new ZipFile(
        Path.of(System.getProperty("heartline.war", "target/heartline.war")).toFile())) {
      assertThat(war.stream().map(ZipEntry::getName))
          .noneMatch(name -> name.contains("io/heartline/client"));
    }
  }

  @Test
  void theJarAloneIsEnough() throws Exception {
    Path program = Files.writeString(folder.resolve("Once.java"), """
        import io.heartline.client.*;
        import java.net.URI;

        public class Once {
          public static void main(String[] args) {
            try (HeartlineClient client = HeartlineClient.builder(URI.create(args[0]), args[1]).build()) {
              client.publish(Message.toChannel("public:a", "1")).thenAccept(
                  places -> System.out.println("offset " + places.get(0).offset())).join();
            }
          }
        }
        """);
    try (RunningWar war = RunningWar.start(folder.resolve("war"))) {
      Process process = new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              JAR.toString(),
              program.toString(),
              war.base().toString(),
              war.key())
          .redirectErrorStream(true)
          .start();
      String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(RunningWar.PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .isTrue();
      assertThat(printed).isEqualTo("offset 1\n");
    }
  }
}
