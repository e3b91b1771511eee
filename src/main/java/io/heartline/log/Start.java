package io.heartline.log;

import io.heartline.model.GapReason;
import io.heartline.model.Position;
import org.jspecify.annotations.Nullable;

/**
 * Where the reading of a channel starts, and whether that is where the reader wanted to start.
 *
 * @param position the reader gets everything after it
 * @param reason null if nothing was missed; else why the wanted position could not be served
 */
public record Start(Position position, @Nullable GapReason reason) {
  /** Returns whether the reader gets everything after the position it asked for. */
  public boolean recovered() {
    return reason == null;
  }
}
