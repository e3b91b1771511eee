package io.heartline.protocol.stomp;

import io.heartline.protocol.Command;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of beats in CONNECT: {@code heart-beat:<every so often it can>,<every so often
 * it wants>}, in milliseconds, 0 for none.
 */
record Heartbeat(int canSend, int wants) {
  /** The shortest time between beats that we send, and that we want, in milliseconds. */
  static final int SHORTEST = 1_000;

  /** What we say in CONNECTED. */
  static final String OURS = SHORTEST + "," + SHORTEST;

  /** @param header null if absent, which means none */
  static Heartbeat of(@Nullable String header) throws BadFrame {
    String text = header == null ? "0,0" : header.strip();
    if (!text.matches("[0-9]{1,9},[0-9]{1,9}")) {
      throw new BadFrame(
          "heart-beat must be two whole numbers of milliseconds, such as 10000,10000", text);
    }
    int comma = text.indexOf(',');
    return new Heartbeat(
        Integer.parseInt(text.substring(0, comma)), Integer.parseInt(text.substring(comma + 1)));
  }

  /** Returns what both sides do from now on. */
  Command.Beats agreed() {
    return new Command.Beats(longer(wants), longer(canSend));
  }

  private static @Nullable Duration longer(int millis) {
    return millis == 0 ? null : Duration.ofMillis(Math.max(SHORTEST, millis));
  }
}
