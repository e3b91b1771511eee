package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.nginx.NginxInFront;
import io.heartline.nginx.Smuggling;
import java.io.IOException;
import java.nio.file.Path;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** No request gets past nginx inside another one. */
@ExtendWith(ArquillianExtension.class)
class SmugglingIT {
  private static final String NAME = "heartline-smuggling";

  @TempDir
  Path folder;

  private final Deployed war = new Deployed(NAME);

  @Deployment(testable = false)
  static WebArchive heartline() {
    return Deployed.archive(NAME);
  }

  private String inner(String channel) {
    return Smuggling.publishing(war.http("").getPath(), Deployed.KEY, channel, "smuggled");
  }

  private String published(String channel) throws IOException {
    return war.get("api/history?channel=" + channel).body();
  }

  @Test
  void nothingIsPublishedThroughIt() throws IOException {
    int port = NginxInFront.freePort();
    int server = war.http("").getPort();
    String path = war.http("").getPath();
    Smuggling.sendOpenly(server, inner("public:control"));
    assertThat(published("public:control")).contains("\"data\":\"smuggled\"");
    try (NginxInFront ignored =
        NginxInFront.start(folder, Smuggling.proxy(port, server, path), port)) {
      for (Smuggling way : Smuggling.values()) {
        String channel = "public:" + way.name();
        way.send(port, path, inner(channel));
        assertThat(published(channel)).as("%s", way).contains("\"publications\":[]");
      }
    }
  }
}
