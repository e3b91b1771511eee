package io.heartline.container.wildfly;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A WildFly of its own that finds the WAR deployed when it starts. */
class StartIT {
  private static final Path HOME = Path.of(System.getProperty("heartline.container.home"));
  private static final Path WAR =
      Path.of(System.getProperty("heartline.war", "target/heartline.war"));

  @Test
  void aStartLogsNoError(@TempDir Path base) throws IOException, InterruptedException {
    copy(HOME.resolve("standalone/configuration"), base.resolve("configuration"));
    Files.createDirectories(base.resolve("deployments"));
    Files.copy(WAR, base.resolve("deployments/heartline.war"));
    Process process = start(base);
    try {
      List<String> log = awaitStart(base.resolve("log/server.log"));
      assertThat(log).noneMatch(line -> line.contains(" ERROR ") || line.contains("WFLYCTL0013"));
      assertThat(log).anyMatch(line -> line.contains("Deployed \"heartline.war\""));
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      process.waitFor(RunningWar.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  /** Starts it beside the server of the other tests, which has the offset 11000. */
  private static Process start(Path base) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(
        "bash",
        HOME.resolve("bin/standalone.sh").toString(),
        "-Djboss.server.base.dir=" + base,
        "-Djboss.bind.address=127.0.0.1",
        "-Djboss.bind.address.management=127.0.0.1",
        "-Djboss.socket.binding.port-offset=12000");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JAVA_OPTS", "-Xmx512m");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static List<String> awaitStart(Path log) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + RunningWar.PATIENCE.multipliedBy(4).toNanos();
    while (true) {
      List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
      if (lines.stream().anyMatch(line -> line.matches(".*WFLYSRV002[56].*"))) {
        return lines;
      }
      assertThat(System.nanoTime() - deadline).as("it never started: %s", lines).isNegative();
      Thread.sleep(200);
    }
  }
}
