package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log answers why somebody's line dropped. */
class LineLogIT {
  private static final String ADDRESS = "203.0.113.5";

  @TempDir
  Path folder;

  private static RawSocketClient page(RunningWar war, String... headers) throws IOException {
    RawSocketClient page = RawSocketClient.openPage(war.door("line"), 0, headers);
    page.text("{\"hello\":{\"instance\":\"tab-1\"}}");
    assertThat(page.readText()).startsWith("{\"welcome\":{");
    return page;
  }

  @Test
  void theLogSaysWhoseLineDroppedFromWhereAndWhy() throws IOException {
    try (RunningWar war = RunningWar.start(folder, "heartline.beat=1s", "heartline.grace=1s")) {
      Guest ann = war.guest();
      page(war).reset(); // nobody knows whose
      page(war, "Cookie", ann.cookie(), "X-Forwarded-For", ADDRESS).reset();
      String from = " of " + ann.user() + " from " + ADDRESS + " at door line (instance tab-1)";
      assertThat(war.awaitOutput("lost without a close"))
          .containsPattern("INFO +line \\w+-\\w+" + Pattern.quote(from)
              + " ended after \\d+ m?s: 1006 \\(lost without a close: ");
      try (RawSocketClient silent = page(war, "Cookie", ann.cookie(), "X-Forwarded-For", ADDRESS)) {
        assertThat(war.awaitOutput("no-answer"))
            .contains(from)
            .contains(": 4003 no-answer (closed by us: no answer to beats)");
      }
      WebSocketRecorder left = WebSocketRecorder.page(war.door("line"), "Cookie", ann.cookie());
      left.send("{\"hello\":{}}");
      assertThat(left.object()).startsWith("{\"welcome\":{");
      left.leave();
      WebSocketRecorder last = WebSocketRecorder.page(war.door("line"), "Cookie", ann.cookie());
      last.send("{\"hello\":{}}");
      assertThat(last.object()).startsWith("{\"welcome\":{");
      war.stop();
      assertThat(war.output())
          .filteredOn(line -> line.contains(" ended after "))
          .as("not the stranger, nor who left, nor whom the stop closed")
          .hasSize(2);
      assertThat(war.output())
          .anyMatch(
              line -> line.endsWith("1 lines have ended since no more were let in: 1 stopping"));
    }
  }

  @Test
  void theShippedFileHasEachLineLogged() throws IOException {
    try (RunningWar war = RunningWar.start(
        folder, "java.util.logging.config.file=deploy/runnable/logging.properties")) {
      page(war, "X-Forwarded-For", ADDRESS).close();
      String from = " from " + ADDRESS + " at door line (instance tab-1)";
      assertThat(war.awaitOutput("opened"))
          .matches(".* FINE +line \\S+" + Pattern.quote(from) + " opened");
      assertThat(war.awaitOutput(" ended after ")).contains(from);
      assertThat(war.output())
          .as("only what the file asks for")
          .noneMatch(line -> line.contains(" FINE ") && !line.contains("line "));
    }
  }

  @Test
  void aFormatThatWasSetStays() throws IOException {
    try (RunningWar war =
        RunningWar.start(folder, "java.util.logging.SimpleFormatter.format=<%4$s> %5$s%n")) {
      war.awaitOutput("<INFO> the publish key is kept in");
    }
  }
}
