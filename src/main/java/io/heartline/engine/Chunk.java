package io.heartline.engine;

import io.heartline.model.GapReason;
import io.heartline.model.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a cursor writes next, encoded and shared by all lines at the same position.
 *
 * @param texts empty at the head, and for a gap
 * @param publications in the texts
 * @param chars in all texts
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
  /** What the objects around the texts take in the heap, in bytes. */
  private static final int OVERHEAD = 128;

  /** What a text takes in the heap beside its characters. */
  private static final int TEXT = 56;

  /** Returns the same texts, where the log holds further publications or does not. */
  Chunk with(boolean more) {
    return more == this.more ? this : new Chunk(texts, publications, chars, end, more, gap);
  }

  /** Returns what it takes in the heap at most, in bytes: a character has one byte or two. */
  long heapBytes() {
    return OVERHEAD + (long) TEXT * texts.size() + 2L * chars;
  }
}
