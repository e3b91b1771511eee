package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.ResettingCrowd;
import java.io.IOException;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that goes away in the middle of anything is no exception in the container's log. */
@ExtendWith(ArquillianExtension.class)
class ResetLinesIT {
  private static final String NAME = "heartline-resets";

  private final Deployed war = new Deployed(NAME);

  @Deployment(testable = false)
  static WebArchive heartline() {
    return Deployed.archive(NAME, "heartline.beat=1s");
  }

  /** Lines of stacks; other tests may have left some before. */
  private static long stack() throws IOException {
    List<String> log = Container.log();
    return log.stream().filter(line -> line.startsWith("\tat ")).count();
  }

  @Test
  void clientsThatResetWhileAWriteWaitsLeaveNoStackInTheLog() throws IOException {
    long before = stack();
    ResettingCrowd.comeAndGo(war.door("updatewebsocket"), war::publish);
    Contract.pause(2_000); // what a line that has gone has to say comes later
    assertThat(stack()).isEqualTo(before);
  }
}
