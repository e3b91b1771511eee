package io.heartline.engine;

import io.heartline.model.GapReason;
import io.heartline.model.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a cursor writes next, encoded and shared by all lines that stand at the same place.
 *
 * @param texts empty at the head, and for a gap
 * @param publications in the texts
 * @param chars in all texts
 * @param end where the cursor stands afterwards
 * @param more whether the log holds further publications
 * @param gap why the cursor cannot go on from where it stood; null normally
 */
record Chunk(
    List<String> texts,
    int publications,
    int chars,
    Position end,
    boolean more,
    @Nullable GapReason gap) {}
