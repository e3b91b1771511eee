package io.heartline.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No request gets past nginx inside another one. */
class SmugglingIT {
  @TempDir
  static Path folder;

  private static RunningWar war;
  private static NginxInFront nginx;
  private static int port;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder.resolve("war"));
    port = NginxInFront.freePort();
    nginx =
        NginxInFront.start(folder, Smuggling.proxy(port, war.port(), war.base().getPath()), port);
    // Past nginx it would work: what follows tells something.
    Smuggling.sendOpenly(war.port(), inner("public:control"));
    assertThat(published("public:control")).contains("\"data\":\"smuggled\"");
  }

  @AfterAll
  static void stop() {
    nginx.close();
    war.close();
  }

  private static String inner(String channel) throws IOException {
    return Smuggling.publishing(war.base().getPath(), war.key(), channel, "smuggled");
  }

  private static String published(String channel) throws IOException {
    return war.get("api/history?channel=" + channel).body();
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsPublishedThroughIt(Smuggling way) throws IOException {
    String channel = "public:" + way.name();
    way.send(port, war.base().getPath(), inner(channel));
    assertThat(published(channel)).contains("\"publications\":[]");
  }
}
