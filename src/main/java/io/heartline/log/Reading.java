package io.heartline.log;

import io.heartline.model.GapReason;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import java.util.List;

/** What lies after a cursor: publications, or a gap if they can no longer be served. */
public sealed interface Reading {
  /**
   * The next publications in order; none if the cursor is at the head.
   *
   * @param end where the cursor is once they are written
   * @param more whether the log holds more after them
   */
  record Range(List<Publication> publications, Position end, boolean more) implements Reading {}

  /**
   * The cursor fell off the log.
   *
   * @param head where reading continues, once the reader was told
   */
  record Gap(Position head, GapReason reason) implements Reading {}
}
