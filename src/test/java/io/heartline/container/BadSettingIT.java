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

/** A property that cannot be used: the deployment fails whole, and one line of the log says why. */
@ExtendWith(ArquillianExtension.class)
class BadSettingIT {
  private static final String NAME = "heartline-bad";
  private static final String WHY =
      "Heartline cannot start: heartline.beat must be at least 1000ms: 10ms";

  private final Deployed war = new Deployed(NAME);

  @ArquillianResource
  private Deployer deployer;

  @Deployment(name = NAME, managed = false, testable = false)
  static WebArchive heartline() {
    return Deployed.archive(NAME, "heartline.beat=10ms");
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
          .hasSize(1);
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
