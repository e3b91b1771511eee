package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * JSON may hold half of a surrogate pair, UTF-8 may not, and no container writes it: it must never
 * cost a line.
 */
class HalfCharactersIT {
  @TempDir
  static Path folder;

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder);
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  @Test
  void halfACharacterInADatumCostsNoRawLine() throws IOException {
    WebSocketRecorder line = WebSocketRecorder.raw(war.door("updatewebsocket"));
    line.assertRawLives();
    war.publish("{\"channel\":\"updates\",\"data\":\"half a panda: \\ud83d.\"}");
    war.publish("updates", "\"next\"");
    String text = line.frame();
    assertThat(text.equals("next") || line.frame().equals("next"))
        .as("refused or written somehow, then the next")
        .isTrue();
    line.assertRawLives();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "🐼",
        "{\"subscribe\":\"\\ud83d\"}",
        "{\"subscribe\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa🐼\"}"
      })
  void halfACharacterInACommandIsAnsweredAndTheLineLivesOn(String command) {
    WebSocketRecorder line = WebSocketRecorder.page(war.door("line"));
    line.send("{\"hello\":{}}");
    assertThat(line.object()).startsWith("{\"welcome\":{");
    line.send(command);
    assertThat(line.object()).startsWith("{\"error\":{\"code\":");
    line.assertPageLives();
  }
}
