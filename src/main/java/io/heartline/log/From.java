package io.heartline.log;

import io.heartline.model.Position;

/** Where a reader wants to start. */
public sealed interface From {
  /** With what comes next. */
  record Now() implements From {}

  /** With the {@code count} newest publications, or as many as are retained. */
  record Last(int count) implements From {}

  /** With everything after a position it was given before. */
  record After(Position position) implements From {}

  /** With everything after a text that is no position of ours: always a gap. */
  record Unreadable() implements From {}
}
