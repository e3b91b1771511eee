package io.heartline.engine;

import io.heartline.model.GapReason;
import io.heartline.model.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a cursor writes next, encoded and shared by all lines that stand at the same place.
 *
 * @param alone the write of a line that has nothing else to say
 * @param chars in all texts
 * @param end where the cursor stands afterwards
 * @param more whether the log holds further publications
 * @param gap why the cursor cannot go on from where it stood; null normally
 */
record Chunk(
    Outgoing alone,
    int chars,
    Position end,
    boolean more,
    @Nullable GapReason gap) {
  private static final Outgoing NOTHING = new Outgoing(List.of(), false, false, 0, null);

  /** Returns what is written where the log does not hold what follows. */
  static Chunk gap(Position head, GapReason reason) {
    return new Chunk(NOTHING, 0, head, false, reason);
  }

  /** Returns the texts; none at the head, and for a gap. */
  List<String> texts() {
    return alone.texts();
  }

  /** Returns how many publications are in the texts. */
  int publications() {
    return alone.publications();
  }
}
