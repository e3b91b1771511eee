package io.heartline.engine;

import io.heartline.model.GapReason;
import io.heartline.model.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a cursor writes next, encoded and shared by all lines at the same position.
 *
 * @param texts empty at the head, and for a gap
 * @param publications how many publications the texts hold
 * @param chars how many characters all texts have together
 * @param end where the cursor is afterwards
 * @param more whether the log holds further publications
 * @param gap why the cursor cannot go on from its position; null normally
 */
record Chunk(
    List<String> texts,
    int publications,
    int chars,
    Position end,
    boolean more,
    @Nullable GapReason gap) {
  /** How much heap the objects around the texts use, in bytes. */
  private static final int OVERHEAD = 128;

  /** How much heap a text uses beside its characters, in bytes. */
  private static final int TEXT = 56;

  /** Returns the same texts with another {@code more}. */
  Chunk with(boolean more) {
    return more == this.more ? this : new Chunk(texts, publications, chars, end, more, gap);
  }

  /** Returns how much heap it uses at most, in bytes: a character takes one byte or two. */
  long heapBytes() {
    return OVERHEAD + (long) TEXT * texts.size() + 2L * chars;
  }
}
