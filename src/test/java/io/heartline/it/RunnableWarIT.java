package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code java -jar heartline.war}, from its start to its end. */
class RunnableWarIT {
  @TempDir
  Path folder;

  @Test
  void itSaysItsUrlsAndWhereItsKeyIsKeptButNotTheKey() throws IOException {
    try (RunningWar war = RunningWar.start(folder)) {
      Path keyFile = war.data().resolve("api.key");
      String output = String.join("\n", war.output());
      assertThat(output)
          .contains("http://127.0.0.1:" + war.port() + "/heartline/demo/")
          .contains("http://127.0.0.1:" + war.port() + "/heartline/heartline.js")
          .contains("http://127.0.0.1:" + war.port() + "/heartline/api/publish")
          .contains("kept in " + keyFile)
          .doesNotContain(war.key());
      assertThat(war.get("demo/").statusCode()).isEqualTo(200);
      assertThat(war.get("heartline.js").statusCode()).isEqualTo(200);
      assertThat(war.get("../").headers().firstValue("Location").orElse(""))
          .endsWith("/heartline/");
    }
  }

  @Test
  void theKeyIsItsOwnersOnlyAndOutlivesARestart() throws IOException {
    String key;
    try (RunningWar war = RunningWar.start(folder)) {
      key = war.key();
      for (String file : List.of("api.key", "cookie.key")) {
        assertThat(Files.getPosixFilePermissions(war.data().resolve(file)))
            .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      }
      war.publish("updates", "1");
      war.kill();
    }
    try (RunningWar again = RunningWar.start(folder)) {
      assertThat(again.key()).isEqualTo(key);
      again.publish("updates", "1");
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void aPortInUseEndsTheStartWithOneLineThatNamesPortAndProperty() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      RunningWar war = RunningWar.failToStart(folder, "heartline.port=" + taken.getLocalPort());
      assertThat(war.awaitExit()).isEqualTo(1);
      assertThat(war.output().stream().filter(line -> line.contains("heartline.port")))
          .singleElement()
          .asString()
          .startsWith("Heartline cannot start: cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .contains("Address already in use; choose another heartline.port (system property)");
      assertThat(war.output()).as("no trace, and nothing of the application").hasSize(1);
      assertThat(war.data().resolve("store")).doesNotExist();
      assertThat(list(war.temporaryFiles())).as("temporary files").isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      heartline.beat=fast         | heartline.beat must be a whole number with its unit ms, s, m, h or d: fast
      heartline.beat=10ms         | heartline.beat must be at least 1000ms: 10ms
      heartline.seats.line=both   | heartline.seats.line must be newest, oldest, none or a number from 1: both
      heartline.origins=*         | heartline.origins must be origins as browsers send them, such as https://app.example.com, http://localhost:3000 or chrome-extension://abc, without a path, in ASCII, and not * or null, which would let in every page of the world (* is not one): *
      heartline.trusted-proxies=x | heartline.trusted-proxies must be addresses or networks such as 10.0.0.0/8: x
      heartline.message=1TB       | heartline.message must be a whole number with its unit B, KiB, MiB or GiB: 1TB
      heartline.port=abc          | heartline.port must be a whole number: abc
      heartline.context=x         | heartline.context must be / or a path such as /app or /app/live, of A-Z a-z 0-9 . _ - alone, and not end with /: x
      heartline.rotate.max=2h     | heartline.rotate.max must be at least 14400000ms: 2h
      heartline.address=127.0.0.l | heartline.address must be an address of this machine such as 127.0.0.1, or a name for one: 127.0.0.l
      heartline.data.dir=~/x      | heartline.data.dir must be a whole path: ~ and $ mean something to shells only: ~/x
      heartline.api.keys=short    | heartline.api.keys must have at least 8 characters each, of A-Z a-z 0-9 and punctuation, without spaces: key 1 of 1
      """)
  void aPropertyThatCannotBeUsedEndsTheStartAndIsNamedWithRuleValueAndPlace(
      String property, String message) throws IOException {
    RunningWar war = RunningWar.failToStart(folder, property);
    assertThat(war.awaitExit()).isEqualTo(1);
    assertThat(war.output())
        .filteredOn(line -> line.contains(message))
        .containsExactly("Heartline cannot start: " + message + " (system property)");
    assertThat(war.output())
        .as("nothing but that line")
        .noneMatch(
            line -> line.contains("is up") || line.contains("\tat ") || line.contains("SEVERE"));
  }

  @Test
  void anAddressOfAnotherMachineEndsTheStartWithOneLine() throws IOException {
    RunningWar war = RunningWar.failToStart(folder, "--address=192.0.2.1"); // nobody's: RFC 5737
    assertThat(war.awaitExit()).isEqualTo(1);
    assertThat(war.output())
        .singleElement()
        .asString()
        .startsWith("Heartline cannot start: cannot listen on 192.0.2.1:0: ")
        .endsWith("; heartline.address (command line) must be an address of this machine");
  }

  @Test
  void itSaysWhatItIsAndWhatIsSetAndWhereAndWhatIsMisspelt() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(
        data.resolve("heartline.properties"),
        "\uFEFFheartline.grace=11s\nheartline.port=1\nprobe=4s\n");
    try (RunningWar war = RunningWar.start(
        folder,
        "heartline.baet=9s",
        "heartline.beat=9s",
        "heartline.api.keys=never-shown-at-all-no-1,never-shown-at-all-no-2",
        "--beat=21s",
        "--heartline.lines=99")) {
      String file = data.resolve("heartline.properties").toString();
      assertThat(String.join("\n", war.output()))
          .containsPattern(
              "INFO +Heartline \\d\\S+ in Apache Tomcat/\\S+, Java \\S+; data directory " + data)
          .contains("heartline.beat=21s (command line)")
          .contains("heartline.lines=99 (command line)")
          .contains("heartline.grace=11s (" + file + ")")
          .contains("heartline.port=0 (system property)")
          .contains("heartline.api.keys=2 in all (system property)")
          .contains("WARNING heartline.baet (system property) is not a setting of Heartline;"
              + " did you mean heartline.beat?")
          .contains("WARNING probe (" + file + ") is not a setting of Heartline;"
              + " did you mean heartline.probe?")
          .contains("WARNING heartline.port (" + file + ") has no effect here: it is read from"
              + " command line, system property, environment")
          .doesNotContain("never-shown");
      assertThat(war.output().stream().filter(line -> line.contains("WARNING"))).hasSize(3);
    }
  }

  @Test
  void helpAndVersionArePrintedAndNothingIsStarted() throws IOException {
    RunningWar help = RunningWar.failToStart(folder, "--help");
    assertThat(help.awaitExit()).isZero();
    assertThat(help.output()).contains("  --port=8080                   0 for any free one");
    RunningWar version = RunningWar.failToStart(folder, "--version");
    assertThat(version.awaitExit()).isZero();
    assertThat(version.output()).singleElement().asString().matches("Heartline \\d+\\.\\d+.*");
    RunningWar misspelt = RunningWar.failToStart(folder, "--prot=9090");
    assertThat(misspelt.awaitExit()).isEqualTo(2);
    assertThat(misspelt.output())
        .containsExactly("Heartline cannot start: unknown argument --prot; did you mean --port?");
    assertThat(help.data()).doesNotExist();
    assertThat(list(help.temporaryFiles())).isEmpty();
  }

  @Test
  void aKeyFileThatCannotBeUsedEndsTheStartWithOneLine() throws IOException {
    Path key = Files.createDirectories(folder.resolve("data").resolve("api.key"));
    RunningWar war = RunningWar.failToStart(folder);
    assertThat(war.awaitExit()).isEqualTo(1);
    assertThat(war.output().stream().filter(line -> !line.contains("INFO")))
        .singleElement()
        .asString()
        .startsWith("Heartline cannot start: " + key + " must hold a secret but cannot be used: ");
  }

  @Test
  void whatMakesTheWarRunAndWorkCannotBeDownloaded() throws IOException {
    try (RunningWar war = RunningWar.start(folder)) {
      for (String path : List.of(
          "io/heartline/bootstrap/launch/Launcher.class",
          "io/",
          "WEB-INF/web.xml",
          "WEB-INF/",
          "WEB-INF/classes/io/heartline/engine/Engine.class",
          "WEB-INF/lib-exec/classes/io/heartline/bootstrap/launch/Runner.class",
          "WEB-INF/lib-exec/",
          "META-INF/MANIFEST.MF",
          "web-inf/web.xml",
          "demo/..;/WEB-INF/web.xml",
          "%57EB-INF/web.xml",
          "demo/%2e%2e/WEB-INF/web.xml")) {
        assertThat(war.get(path).statusCode()).as(path).isIn(400, 404);
      }
    }
  }

  @Test
  void theDemoCanBeSwitchedOff() throws IOException {
    try (RunningWar war = RunningWar.start(folder, "heartline.demo=false")) {
      assertThat(war.get("demo/").statusCode()).isEqualTo(404);
      assertThat(war.get("demo/").headers().firstValue("Set-Cookie")).isEmpty();
      assertThat(war.get("demo/publish").statusCode()).isEqualTo(404);
      assertThat(war.get("demo/restart").statusCode()).isEqualTo(404);
      assertThat(war.get("heartline.js").statusCode()).isEqualTo(200);
    }
  }
}
