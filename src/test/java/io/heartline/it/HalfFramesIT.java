package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What strangers begin to say in STOMP and do not end costs them their lines, and nobody else
 * anything. Kept, it would be more than the server's heap.
 */
class HalfFramesIT {
  private static final int STRANGERS = 1_500;

  /** All strangers have one address here, and nobody answers pings. */
  private static final String[] SETTINGS = {
    "-Xmx128m",
    "heartline.stomp.send=/app/chat=public:chat",
    "heartline.lines.per-address=10000",
    "heartline.lines.new=off",
    "heartline.lines.new.per-address=off",
    "heartline.beat=1h"
  };

  private static final String CONNECT = "CONNECT\naccept-version:1.2\n\n\0";

  /** The last character makes each of the others take two bytes of the heap. */
  private static final String LONG = "x".repeat(60_000) + "你";

  private static final String HALF = "SEND\ndestination:/app/chat\n\n" + LONG;
  private static final String TRANSACTION =
      "BEGIN\ntransaction:t\n\n\0" + "SEND\ndestination:/app/chat\ntransaction:t\n\n" + LONG + "\0";

  @TempDir
  Path folder;

  private static RawSocketClient connected(RunningWar war) throws IOException {
    RawSocketClient line = RawSocketClient.open(war.door("stomp"));
    line.text(CONNECT);
    return line;
  }

  private static RawSocketClient reader(RunningWar war) throws IOException {
    RawSocketClient line = connected(war);
    assertThat(line.readText()).startsWith("CONNECTED\n");
    line.text("SUBSCRIBE\nid:1\ndestination:/topic/public:chat\nreceipt:s\n\n\0");
    assertThat(line.readText()).startsWith("RECEIPT\n");
    return line;
  }

  @Test
  void strangersWhoDoNotEndTheirFramesLoseTheirOwnLinesOnly() throws IOException {
    manyBegin(HALF);
  }

  @Test
  void strangersWhoDoNotEndTheirTransactionsLoseTheirOwnLinesOnly() throws IOException {
    manyBegin(TRANSACTION);
  }

  private void manyBegin(String begun) throws IOException {
    List<RawSocketClient> strangers = new ArrayList<>();
    try (RunningWar war = RunningWar.start(folder, SETTINGS);
        RawSocketClient honest = reader(war)) {
      for (int i = 0; i < STRANGERS; i++) {
        RawSocketClient stranger = connected(war);
        strangers.add(stranger);
        stranger.text(begun);
      }
      RawSocketClient last = strangers.get(STRANGERS - 1);
      assertThat(last.readText()).startsWith("CONNECTED\n");
      assertThat(last.readClose().code()).isEqualTo(4008);
      honest.text("BEGIN\ntransaction:t\n\n\0SEND\ndestination:/app/chat\ntransaction:t\n\n1\0");
      honest.text("COMMIT\ntransa");
      honest.text("ction:t\n\n\0");
      assertThat(honest.readText()).startsWith("MESSAGE\n").endsWith("\n\n1\0");
      assertThat(war.get("health/ready").statusCode()).isEqualTo(200);
      assertThat(war.output()).noneMatch(line -> line.contains("OutOfMemoryError"));
    } finally {
      for (RawSocketClient stranger : strangers) {
        stranger.close();
      }
    }
  }
}
