package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a deployment's log says of its settings. With one that cannot be used the deployment fails
 * whole, and one line says why; with one that is misspelt it warns.
 */
@ExtendWith(ArquillianExtension.class)
class BadSettingIT {
  private static final String NAME = "heartline-bad";
  private static final String WHY =
      "Heartline cannot start: heartline.beat must be at least 1000ms: 10ms (";
  private static final String MISSPELT = "heartline-misspelt";

  private final Deployed war = new Deployed(NAME);

  @ArquillianResource
  private Deployer deployer;

  @Deployment(name = NAME, managed = false, testable = false)
  static WebArchive heartline() {
    return Deployed.archive(NAME, "heartline.beat=10ms");
  }

  @Deployment(name = MISSPELT, managed = false, testable = false)
  static WebArchive misspelt() {
    return Deployed.archive(
        MISSPELT, "heartline.baet=1s", "heartline.grace=9s", "heartline.port=1");
  }

  @Test
  void theLogSaysVersionAndSettingsWithTheirPlacesAndWhatHasNoEffect() throws IOException {
    deployer.deploy(MISSPELT);
    try {
      assertThat(new Deployed(MISSPELT).get("health/ready").statusCode()).isEqualTo(200);
      List<String> log = log();
      for (String part : List.of(
          "Heartline [0-9]\\S+ in \\S.*/heartline-misspelt",
          "heartline\\.api\\.keys=1 in all \\(system property\\)",
          "heartline\\.grace=9s \\(\\S*/heartline-misspelt/heartline\\.properties\\)",
          "WARN.*heartline\\.baet \\(.*did you mean heartline\\.beat\\?",
          "WARN.*heartline\\.port \\(.*has no effect here: only java -jar heartline.war reads it")) {
        assertThat(log).as(part).anyMatch(line -> line.matches(".*" + part + ".*"));
      }
      assertThat(log.stream().filter(line -> line.contains("heartline.api.keys=1 in all")))
          .isNotEmpty()
          .noneMatch(line -> line.contains("contract-key"));
    } finally {
      deployer.undeploy(MISSPELT);
    }
  }

  @Test
  void theDeploymentFailsWholeAndOneLineOfTheLogSaysWhy() throws IOException {
    Throwable failure = null;
    try {
      deployer.deploy(NAME);
    } catch (Exception e) { // what each adapter throws is its own
      failure = e;
    }
    try {
      assertThat(failure).as("the deployment must fail").isNotNull();
      assertThat(war.get("health/live").statusCode()).isEqualTo(404);
      assertThat(war.get("heartline.js").statusCode())
          .as("not even static files")
          .isEqualTo(404);
      assertThat(log().stream().filter(line -> line.contains("HeartlineInitializer")))
          .filteredOn(line -> line.contains(WHY))
          .singleElement()
          .asString()
          .endsWith("/heartline-bad/heartline.properties)");
    } finally {
      deployer.undeploy(NAME);
    }
  }

  /** Returns what the container has written since it was prepared. */
  private static List<String> log() throws IOException {
    Path home = Path.of(System.getProperty("heartline.container.home"));
    List<String> lines = new ArrayList<>();
    for (Path folder : List.of(home.resolve("logs"), home.resolve("standalone/log"))) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          for (Path file : files.toList()) {
            lines.addAll(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
          }
        }
      }
    }
    return lines;
  }
}
