package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Issuer;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users of another application, known by its tokens, wherever a client can put one. */
class TokensIT {
  @TempDir
  static Path folder;

  private static final Issuer ISSUER = Issuer.withSecret();

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder, Issuer.settings(folder));
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  @Test
  void aTokenInTheFirstFrameSaysWhoseLineItIs() {
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line"));
    page.send("{\"hello\":{\"token\":\"" + ISSUER.token("ann") + "\"}}");
    assertThat(Json.field(page.object(), "user")).isEqualTo("ann");
    page.leave();
  }
}
