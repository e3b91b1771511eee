package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Containers that cannot run the WAR, and settings that it cannot use: a real Tomcat says in its
 * log what is wrong and how to mend it, and serves nothing of ours.
 */
class BadContainerIT {
  private static final Path WAR =
      Path.of(System.getProperty("heartline.war", "target/heartline.war"));
  private static final Pattern PORT = Pattern.compile("http-nio-127\\.0\\.0\\.1-auto-\\d+-(\\d+)");

  @TempDir
  Path tomcat;

  private Process process;

  @AfterEach
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(RunningWar.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  @Test
  void tomcat9IsTooOldAndServesNoPageOfOurs() throws IOException {
    start("apache-tomcat-9.*", List.of());
    assertSaysAndServesNothing(
        "Heartline cannot start: Apache Tomcat/9.",
        " is too old; it needs Tomcat 10.1 or newer, or WildFly 27 or newer");
  }

  @Test
  void aTomcatWithoutItsWebSocketJarsIsToldWhichOnesAreMissing() throws IOException {
    start(
        "apache-tomcat-11.*",
        List.of("tomcat-websocket.jar", "websocket-api.jar", "websocket-client-api.jar"));
    assertSaysAndServesNothing(
        "Heartline cannot start: Apache Tomcat/11.",
        " has no WebSocket support here; in Tomcat put tomcat-websocket.jar and websocket-api.jar back into lib/");
  }

  @Test
  void aPropertyThatCannotBeUsedIsNamedWithRuleAndValue() throws IOException {
    start("apache-tomcat-10.1.*", List.of(), "-Dheartline.beat=fast");
    assertSaysAndServesNothing(
        "Heartline cannot start: heartline.beat must be a whole number",
        "with its unit ms, s, m, h or d: fast");
  }

  /**
   * Starts a copy of a Tomcat, without some of its libraries, that has our WAR and nothing else.
   */
  private void start(String distribution, List<String> without, String... properties)
      throws IOException {
    Path home = home(distribution);
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String top = home.relativize(file).getName(0).toString();
        Path copy = tomcat.resolve(home.relativize(file).toString());
        if (List.of("bin", "lib", "conf").contains(top)
            && !without.contains(file.getFileName().toString())
            && !file.toString().contains("localhost")) {
          Files.copy(file, copy);
        }
      }
    }
    Files.writeString(tomcat.resolve("conf/server.xml"), """
        <Server port="-1"><Service name="Catalina">
          <Connector address="127.0.0.1" port="0"/>
          <Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps"/></Engine>
        </Service></Server>
        """);
    Files.createDirectories(tomcat.resolve("temp"));
    Files.createDirectories(tomcat.resolve("webapps"));
    Files.copy(WAR, tomcat.resolve("webapps/heartline.war"));
    Stream<String> command = Stream.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Dcatalina.base=" + tomcat,
        "-Dcatalina.home=" + tomcat,
        "-Djava.io.tmpdir=" + tomcat.resolve("temp"),
        "-Dheartline.demo=true");
    process = new ProcessBuilder(Stream.concat(
                Stream.concat(command, Stream.of(properties)),
                Stream.of(
                    "-cp",
                    tomcat.resolve("bin/bootstrap.jar") + ":"
                        + tomcat.resolve("bin/tomcat-juli.jar"),
                    "org.apache.catalina.startup.Bootstrap",
                    "start"))
            .toList())
        .redirectErrorStream(true)
        .redirectOutput(tomcat.resolve("out").toFile())
        .start();
  }

  private static Path home(String distribution) throws IOException {
    try (Stream<Path> homes = Files.list(WAR.resolveSibling("containers"))) {
      return homes
          .filter(path -> path.getFileName().toString().matches(distribution))
          .findFirst()
          .orElseThrow();
    }
  }

  private void assertSaysAndServesNothing(String what, String more) throws IOException {
    String log = awaitStart();
    assertThat(log.lines().filter(line -> line.contains(what)))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).contains(more));
    assertThat(log).contains("Context [/heartline] startup failed");
    Matcher port = PORT.matcher(log);
    assertThat(port.find()).as(log).isTrue();
    for (String path : List.of("", "demo/", "heartline.js", "health/live", "line")) {
      URI page = URI.create("http://127.0.0.1:" + port.group(1) + "/heartline/" + path);
      assertThat(RunningWar.send(HttpRequest.newBuilder(page).timeout(RunningWar.PATIENCE))
              .statusCode())
          .as(path)
          .isEqualTo(404);
    }
  }

  /** Returns what it has said once it is up. */
  private String awaitStart() throws IOException {
    long deadline = System.nanoTime() + 2 * RunningWar.PATIENCE.toNanos();
    String log = "";
    while (!log.contains("Server startup in")) {
      assertThat(System.nanoTime() - deadline).as(log).isNegative();
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      log = Files.readString(tomcat.resolve("out"), StandardCharsets.UTF_8);
    }
    return log;
  }
}
