package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Strangers cannot fill the container's log with what is refused. */
@ExtendWith(ArquillianExtension.class)
class RefusalsIT {
  private static final String NAME = "heartline-refuses";
  private static final int TIMES = 100;
  private static final List<String> DOORS =
      List.of("line", "updatewebsocket", "ws/user-channel", "wss", "events?channels=updates");

  private final Deployed war = new Deployed(NAME);

  @ArquillianResource
  private Deployer deployer;

  @Deployment(name = NAME, managed = false, testable = false)
  static WebArchive heartline() {
    return Deployed.archive(NAME);
  }

  @Test
  void aFloodOfRefusalsIsTwoLinesForEachAddressAndMinute() throws IOException {
    long begun = System.nanoTime();
    deployer.deploy(NAME);
    try {
      for (int i = 0; i < TIMES; i++) {
        for (String path : DOORS) {
          assertThat(status(path, "203.0.113.77", "Origin", "https://evil.example"))
              .isEqualTo(403);
        }
        assertThat(status("api/history?channel=a", "203.0.113.78", "Authorization", "Bearer guess"))
            .isEqualTo(401);
      }
    } finally {
      deployer.undeploy(NAME); // what was only counted is told now at the latest
    }
    long minutes = 1 + (System.nanoTime() - begun) / 60_000_000_000L;
    Contract.eventually("the counts are in the log", () -> count("more times within") == 2);
    assertThat(log("203.0.113.77"))
        .hasSizeBetween(2, (int) (2 * minutes))
        .first()
        .asString()
        .contains("refused 203.0.113.77: GET /heartline-refuses/line - 403 for a page from origin"
            + " https://evil.example: this server is http://127.0.0.1")
        .endsWith("add the origin to heartline.origins");
    assertThat(log("203.0.113.78"))
        .hasSizeBetween(2, (int) (2 * minutes))
        .noneMatch(line -> line.contains("guess"))
        .first()
        .asString()
        .contains("401, the key is not one of ours");
  }

  private int status(String path, String address, String... headers) throws IOException {
    URI door = war.door(path);
    try (RawSocketClient client = RawSocketClient.connect(door)) {
      return client
          .handshake(door, headers[0], headers[1], "X-Forwarded-For", address)
          .status();
    }
  }

  private static long count(String part) throws IOException {
    return Container.log().stream()
        .filter(line -> line.contains("203.0.113.7") && line.contains(part))
        .count();
  }

  private static List<String> log(String address) throws IOException {
    return Container.log().stream().filter(line -> line.contains(address)).toList();
  }
}
