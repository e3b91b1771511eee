package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.StrangeRequests;
import java.io.IOException;
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

  private static long traces() throws IOException {
    return Container.log().stream().filter(line -> line.startsWith("\tat ")).count();
  }
}
