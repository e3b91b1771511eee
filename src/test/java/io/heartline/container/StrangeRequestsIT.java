package io.heartline.container;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.StrangeRequests;
import java.io.IOException;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a stranger sends is answered with the rule, and leaves no stack trace. */
@ExtendWith(ArquillianExtension.class)
class StrangeRequestsIT {
  private static final String NAME = "heartline-strange";

  private final Deployed war = new Deployed(NAME);

  @Deployment(testable = false)
  static WebArchive heartline() {
    return Deployed.archive(NAME);
  }

  @ParameterizedTest
  @EnumSource
  void eachIsAnsweredWithItsRule(StrangeRequests request) throws IOException {
    request.assertAnswered(war.http(""), Container.WILDFLY);
  }

  @Test
  void noneLeavesAStackTrace() throws IOException {
    long before = traces();
    for (StrangeRequests request : StrangeRequests.values()) {
      request.assertAnswered(war.http(""), Container.WILDFLY);
    }
    assertThat(traces()).as("lines of stack traces in the log").isEqualTo(before);
  }

  /** Browsers send whatever cookies an application has set. WildFly refuses such a one. */
  @Test
  void aCookieThatIsNotAsciiLeavesNoStackTrace() throws IOException {
    long before = traces();
    for (String path : List.of("api/whoami", "events?channels=updates", "line", "demo/")) {
      try (RawSocketClient client = RawSocketClient.connect(war.http(""))) {
        client.bytes(("GET " + war.http(path).getRawPath() + " HTTP/1.1\r\nHost: x\r\n"
                + "Cookie: a=\u00e5\u00bc\u00a0\r\nConnection: close\r\n\r\n")
            .getBytes(ISO_8859_1));
        assertThat(client.answer().status()).as(path).isLessThan(500);
      }
    }
    assertThat(traces()).as("lines of stack traces in the log").isEqualTo(before);
  }

  private static long traces() throws IOException {
    return Container.log().stream().filter(line -> line.startsWith("\tat ")).count();
  }
}
