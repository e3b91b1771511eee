package io.heartline.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.security.NewKey;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each command of the documents that needs only our own server prints what they say. */
class DocumentedCommandsIT {
  /** Where the documents' server is. */
  private static final String DOCUMENTED = "http://127.0.0.1:8080/heartline/";

  /** How long a stream of events is read, in seconds. It has no end of its own. */
  private static final int STREAM = 4;

  static List<Path> documents() throws IOException {
    return Docs.all();
  }

  /** Each document starts on a server where nothing was published. */
  @ParameterizedTest
  @MethodSource("documents")
  void printsWhatItSays(Path document, @TempDir Path data) throws Exception {
    List<ConsoleBlock> blocks = ConsoleBlock.runnable(Files.readString(document));
    if (blocks.isEmpty()) {
      return;
    }
    String ops = keys(data);
    try (RunningWar server = RunningWar.start(data)) {
      for (ConsoleBlock block : blocks) {
        for (ConsoleBlock.Step step : block.steps()) {
          run(document, step, server, ops);
        }
      }
    }
  }

  /** Gives the server the keys that the documents use; returns the operator's. */
  private static String keys(Path folder) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    NewKey ops = NewKey.make("ops", "read,disconnect,drain", null);
    Files.writeString(data.resolve("api.keys"), ops.line());
    Files.writeString(
        data.resolve("api.key"), NewKey.make("api.key", "publish", null).secret());
    return ops.secret();
  }

  private static void run(Path document, ConsoleBlock.Step step, RunningWar server, String ops)
      throws IOException, InterruptedException {
    String command = step.command();
    if (command.startsWith("KEY=")) {
      return; // each command gets the key of the server under test
    }
    assertThat(command)
        .as(
            "%s:%s is no command for this test; put %s above its block if it needs more than our server",
            document, step.line(), ConsoleBlock.BY_HAND)
        .startsWith("curl ");
    String printed =
        printed(command.replace(DOCUMENTED, server.base().toString()), server.key(), ops);
    assertThat(step.output().isBlank() || step.printed(printed))
        .as(
            "%s:%s %s%nsays%n%s%nbut it printed%n%s",
            document, step.line(), command, step.output(), printed)
        .isTrue();
  }

  private static String printed(String command, String key, String ops)
      throws IOException, InterruptedException {
    boolean stream = command.contains("/events");
    ProcessBuilder shell = new ProcessBuilder(
        "bash",
        "-c",
        (stream ? "timeout " + STREAM + " " : "") + command.replaceFirst("^curl ", "curl -s -S "));
    shell.environment().put("KEY", key);
    shell.environment().put("OPS", ops);
    Process process = shell.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(RunningWar.PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .isTrue();
    return printed;
  }
}
