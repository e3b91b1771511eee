package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.ReadingCrowd;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stuck line harms only itself, and is never left with a silent hole. */
class StuckLinesIT {
  private static final int READERS = 1_000;
  private static final int STUCK = 20;

  /** More than sockets hold between two processes: a line that does not read stands. */
  private static final int FLOOD = 80;

  private static final String FLOOD_FILLING = "x".repeat(200_000);
  private static final int FEED = 300;
  private static final String FEED_FILLING = "x".repeat(1_000);

  @TempDir
  Path folder;

  private RunningWar war;
  private Guest ann;
  private final List<RawSocketClient> stuck = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    war = RunningWar.start(
        folder,
        "heartline.beat=1h",
        "heartline.no-progress=1h",
        "heartline.seats.user-channel=none",
        "heartline.retain.bytes=4MiB");
    ann = war.guest();
  }

  @AfterEach
  void stop() throws IOException {
    for (RawSocketClient line : stuck) {
      line.close();
    }
    war.close();
  }

  private RawSocketClient stuckRawLine() throws IOException {
    RawSocketClient line =
        RawSocketClient.open(war.door("ws/user-channel"), 4 * 1024, "Cookie", ann.cookie());
    stuck.add(line);
    line.assertRawLives();
    return line;
  }

  private RawSocketClient stuckPage() throws IOException {
    RawSocketClient line = RawSocketClient.openPage(war.door("line"), 4 * 1024);
    stuck.add(line);
    line.text("{\"hello\":{}}\n{\"subscribe\":\"public:flood\"}");
    String answer = line.readText();
    assertThat(answer.contains("subscribed") ? answer : line.readText())
        .contains("{\"subscribed\":\"public:flood\"");
    return line;
  }

  /** Publishes the numbers from 1 to the stuck lines only. */
  private void flood() throws IOException {
    for (int i = 1; i <= FLOOD; i++) {
      war.publish("{\"channels\":[\"public:flood\",\"user:" + ann.user() + "\"],\"data\":\"" + i
          + ':' + FLOOD_FILLING + "\"}");
    }
  }

  private void feed(int from, int to) throws IOException {
    for (int i = from; i <= to; i++) {
      war.publish("updates", "\"" + i + ':' + FEED_FILLING + '"');
    }
  }

  @Test
  void twentyStuckLinesKeepNothingFromAThousandOthers() throws IOException {
    try (ReadingCrowd raw = ReadingCrowd.open(war.door("updatewebsocket"), false, READERS / 2);
        ReadingCrowd pages = ReadingCrowd.open(war.door("line"), true, READERS / 2)) {
      for (int i = 0; i < STUCK / 2; i++) {
        stuckRawLine();
        stuckPage();
      }
      flood();
      for (int i = 0; i < FEED; i += 10) {
        feed(i + 1, i + 10);
        raw.awaitNumber(i + 10);
        pages.awaitNumber(i + 10);
      }
      assertThat(war.get("health/ready").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aStuckPageThatReadsAgainIsToldTheGapAndGoesOn() throws IOException {
    RawSocketClient page = stuckPage();
    flood();
    war.publish("public:flood", "\"end\"");
    int last = 0;
    int gaps = 0;
    boolean ended = false;
    while (!ended) {
      for (String object : page.readText().split("\n")) {
        if (object.startsWith("{\"gap\":\"public:flood\"")) {
          assertThat(Json.field(object, "reason")).isEqualTo("trimmed");
          last = Integer.parseInt(Json.field(object, "position").split(":")[1]);
          gaps++;
        } else {
          assertThat(Integer.parseInt(Json.field(object, "offset"))).isEqualTo(last + 1);
          last++;
          ended = object.endsWith("\"data\":\"end\"}");
        }
        ended |= last == FLOOD + 1;
      }
    }
    assertThat(gaps).isBetween(1, FLOOD);
    war.publish("public:flood", "\"live\"");
    assertThat(page.readText()).endsWith("\"data\":\"live\"}");
  }

  @Test
  void aStuckRawLineThatReadsAgainIsClosedWith4002WhereTheHoleIs() throws IOException {
    RawSocketClient line = stuckRawLine();
    flood();
    int last = 0;
    RawSocketClient.Frame frame = line.read();
    StringBuilder text = new StringBuilder();
    while (frame.opcode() != RawSocketClient.CLOSE) {
      text.append(frame.text());
      if (frame.fin()) {
        assertThat(text).startsWith(last + 1 + ":").hasSizeGreaterThan(200_000);
        text.setLength(0);
        last++;
      }
      frame = line.read();
    }
    assertThat(last).isBetween(1, FLOOD - 1);
    assertThat(frame.code()).isEqualTo(4002);
    assertThat(frame.text()).endsWith("gap: user:" + ann.user() + " trimmed");
  }

  @Test
  void aPageThatReadsLittleByLittleStaysOpenAndMissesNothingThatIsRetained(@TempDir Path other)
      throws IOException {
    try (RunningWar patient =
            RunningWar.start(other, "heartline.beat=1h", "heartline.retain.bytes=64MiB");
        RawSocketClient page = RawSocketClient.openPage(patient.door("line"), 4 * 1024)) {
      page.text("{\"subscribe\":\"updates\"}");
      assertThat(page.readText()).startsWith("{\"welcome\"");
      assertThat(page.readText()).startsWith("{\"subscribed\"");
      for (int i = 1; i <= 60; i++) {
        patient.publish("updates", "\"" + i + ":" + FLOOD_FILLING + '"');
      }
      int last = 0;
      while (last < 60) {
        for (String object : page.readText().split("\n")) {
          assertThat(Json.field(object, "offset")).isEqualTo(String.valueOf(++last));
        }
        patient.get("health/live"); // slower than it could
      }
      patient.publish("updates", "\"live\"");
      assertThat(page.readText()).endsWith("\"data\":\"live\"}");
    }
  }
}
