package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The container under test as a process, seen through {@code jcmd} and its log files. */
final class Container {
  private static final Path HOME = Path.of(System.getProperty("heartline.container.home"));

  static final boolean WILDFLY = Files.exists(HOME.resolve("standalone"));

  private final long pid;

  Container() {
    List<ProcessHandle> javas = ProcessHandle.current()
        .descendants()
        .filter(child -> child.info().command().orElse("").endsWith("/java"))
        .toList();
    assertThat(javas).as("processes that may be the container").hasSize(1);
    pid = javas.get(0).pid();
  }

  /** Returns the names of Heartline's threads that live. */
  List<String> threads() throws IOException {
    return threadsNamed("heartline");
  }

  /** Returns the names of the threads that live and have such a name. */
  List<String> threadsNamed(String beginning) throws IOException {
    return jcmd("Thread.print")
        .lines()
        .filter(line -> line.startsWith('"' + beginning))
        .map(line -> line.substring(1, line.indexOf('"', 1)))
        .toList();
  }

  /** Returns how many class loaders hold this class, after all garbage was collected. */
  long loaded(String className) throws IOException {
    jcmd("GC.run");
    return jcmd("VM.class_hierarchy", className)
        .lines()
        .filter(line -> line.contains("--" + className + '/'))
        .count();
  }

  private String jcmd(String... command) throws IOException {
    List<String> whole = Stream.concat(
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(pid)),
            Stream.of(command))
        .toList();
    Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8); // to its end
    try {
      assertThat(process.waitFor(RunningWar.PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  /** Returns all lines of the container's logs. */
  static List<String> log() throws IOException {
    try (Stream<Path> files = Files.list(HOME.resolve(WILDFLY ? "standalone/log" : "logs"))) {
      List<String> lines = files
          .filter(file -> file.toString().endsWith(".log"))
          .flatMap(Container::lines)
          .toList();
      assertThat(lines).as("the log").isNotEmpty();
      return lines;
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readString(file).lines();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
