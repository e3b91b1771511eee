package io.heartline.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in a file: what each may do, how they are changed while the server runs. */
class ApiKeysIT {
  @TempDir
  Path folder;

  /** A key and its line, as the program has made them. */
  private record Made(String key, String line) {}

  private Made make(String... arguments) throws IOException {
    RunningWar program = RunningWar.failToStart(folder.resolve("maker"), arguments);
    assertThat(program.awaitExit()).isZero();
    List<String> said = program.output();
    assertThat(said).hasSize(4);
    assertThat(program.data()).doesNotExist();
    String line = said.stream().filter(one -> one.contains("sha256=")).findAny().orElseThrow();
    String key = said.get(said.indexOf("The key, which is shown only now:") + 1);
    return new Made(key, line);
  }

  private Path file() throws IOException {
    return Files.createDirectories(folder.resolve("data")).resolve("api.keys");
  }

  private static HttpResponse<String> call(RunningWar war, String method, String path, String key)
      throws IOException {
    return RunningWar.send(HttpRequest.newBuilder(war.http(path))
        .timeout(RunningWar.PATIENCE)
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json")
        .method(method, BodyPublishers.noBody()));
  }

  private static HttpResponse<String> publish(RunningWar war, String key, String body)
      throws IOException {
    return RunningWar.send(HttpRequest.newBuilder(war.http("api/publish"))
        .timeout(RunningWar.PATIENCE)
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> publishTo(RunningWar war, String key, String channel)
      throws IOException {
    return publish(war, key, "{\"channel\":\"" + channel + "\",\"data\":1}");
  }

  private static void assertLacks(HttpResponse<String> answer, String field, String scope) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(Json.field(answer.body(), "field")).isEqualTo(field);
    assertThat(Json.field(answer.body(), "message")).contains(scope);
  }

  @Test
  void eachKeyDoesWhatItsScopesAllowAndIsToldWhichOneItLacks() throws IOException {
    Made orders = make("--make-key=orders", "--scopes=publish:order:*");
    Made ops = make("--make-key=ops", "--scopes=read,drain");
    Files.writeString(file(), orders.line() + "\n" + ops.line() + "\n");
    try (RunningWar war = RunningWar.start(folder)) {
      assertThat(publishTo(war, orders.key(), "order:1").statusCode()).isEqualTo(200);
      assertLacks(publishTo(war, orders.key(), "user:ann"), "channel", "publish:user:ann");
      assertLacks(
          publish(war, orders.key(), "{\"user\":\"ann\",\"data\":1}"),
          "channel",
          "publish:user:ann");
      assertLacks(
          publish(war, orders.key(), "{\"channels\":[\"order:2\",\"x\"],\"data\":1}"),
          "channel",
          "publish:x");
      HttpResponse<String> batch = publish(
          war,
          orders.key(),
          "{\"messages\":[{\"channel\":\"order:3\",\"data\":1},{\"channel\":\"x\",\"data\":1}]}");
      assertThat(batch.statusCode()).isEqualTo(200);
      assertThat(batch.body()).contains("\"channel\":\"order:3\"").contains("\"status\":403");
      assertLacks(
          call(war, "GET", "api/history?channel=order:1", orders.key()), "Authorization", "read");
      assertThat(call(war, "GET", "api/position?channel=order:1", orders.key()).statusCode())
          .isEqualTo(200);
      assertLacks(
          call(war, "GET", "api/position?channel=order:1&channel=x", orders.key()),
          "Authorization",
          "read");
      assertLacks(call(war, "POST", "api/drain", orders.key()), "Authorization", "drain");
      assertLacks(call(war, "DELETE", "api/drain", orders.key()), "Authorization", "drain");
      assertThat(Json.field(war.get("health/ready").body(), "ready")).isEqualTo("true");

      assertLacks(publishTo(war, ops.key(), "order:1"), "Authorization", "publish");
      assertThat(Json.fields(
              call(war, "GET", "api/history?channel=order:2", ops.key()).body(), "data"))
          .as("a message with a channel that is not allowed is published nowhere")
          .isEmpty();
      assertThat(call(war, "GET", "api/history?channel=order:1", ops.key()).statusCode())
          .isEqualTo(200);
      assertThat(call(war, "POST", "api/drain?window=0", ops.key()).statusCode())
          .isEqualTo(202);
      assertThat(call(war, "DELETE", "api/drain", ops.key()).body())
          .isEqualTo("{\"drained\":true}");

      war.awaitOutput("403, the key orders has the scopes publish:order:*; ");
      war.awaitOutput("the key ops drains this node");
      war.awaitOutput("the key ops ends the drain");
      assertThat(war.data().resolve("api.key")).as("none is made beside them").doesNotExist();
      assertThat(String.join("\n", war.output()))
          .doesNotContain(orders.key())
          .doesNotContain(ops.key());
    }
  }

  @Test
  void keysAreRotatedWhileTheServerRuns() throws Exception {
    Made before = make("--make-key=orders");
    Made after = make("--make-key=orders", "--scopes=publish");
    Made old = make("--make-key=old", "--scopes=publish", "--expires=2020-01-01");
    Files.writeString(file(), before.line() + "\n" + old.line());
    try (RunningWar war = RunningWar.start(folder)) {
      assertThat(publishTo(war, before.key(), "a").statusCode()).isEqualTo(200);
      HttpResponse<String> unknown = publishTo(war, after.key(), "a");
      HttpResponse<String> expired = publishTo(war, old.key(), "a");
      assertThat(unknown.statusCode()).isEqualTo(401);
      assertThat(expired.statusCode()).isEqualTo(401);
      assertThat(expired.body()).isEqualTo(unknown.body());

      Files.writeString(file(), before.line() + "\n" + after.line());
      war.awaitOutput("api.keys was read again: 2 keys");
      assertThat(publishTo(war, before.key(), "a").statusCode()).isEqualTo(200);
      assertThat(publishTo(war, after.key(), "a").statusCode()).isEqualTo(200);

      Files.writeString(file(), after.line() + "\nbroken");
      war.awaitOutput("api.keys: line 2: sha256 must be given");
      assertThat(publishTo(war, before.key(), "a").statusCode()).isEqualTo(200);

      Files.writeString(file(), after.line());
      war.awaitOutput("api.keys was read again: 1 keys");
      assertThat(publishTo(war, before.key(), "a").statusCode()).isEqualTo(401);
      assertThat(publishTo(war, after.key(), "a").statusCode()).isEqualTo(200);
    }
    RunningWar broken =
        RunningWar.failToStart(folder.resolve("broken"), "heartline.api.keys.file=" + brokenFile());
    assertThat(broken.awaitExit()).isEqualTo(1);
    assertThat(broken.output())
        .anyMatch(line -> line.startsWith("Heartline cannot start: ")
            && line.contains("broken.keys must hold keys: line 1: sha256 must be given"));
  }

  private Path brokenFile() throws IOException {
    return Files.writeString(folder.resolve("broken.keys"), "a");
  }

  @Test
  void theKeyThatIsMadePublishesAndDoesNothingElse() throws IOException {
    try (RunningWar war = RunningWar.start(folder)) {
      assertThat(publishTo(war, war.key(), "orders").statusCode()).isEqualTo(200);
      assertLacks(call(war, "POST", "api/drain", war.key()), "Authorization", "drain");
      assertLacks(
          call(war, "GET", "api/history?channel=orders", war.key()), "Authorization", "read");
    }
  }

  @Test
  void aKeyThatCannotBeMadeIsRefusedInOneLine() throws IOException {
    RunningWar program = RunningWar.failToStart(folder, "--make-key=a", "--scopes=all");
    assertThat(program.awaitExit()).isEqualTo(2);
    assertThat(program.output())
        .singleElement()
        .asString()
        .startsWith("Heartline makes no key: scopes must be publish, ");
  }

  /** So the line can be appended to the file without the key. */
  @Test
  void theLineIsAllThatTheStandardOutputHas() throws Exception {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-jar",
            System.getProperty("heartline.war", "target/heartline.war"),
            "--make-key=a")
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(RunningWar.PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .isTrue();
    assertThat(printed).matches("a sha256=[0-9a-f]{64} scopes=publish\\R");
  }
}
