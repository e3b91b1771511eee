package io.heartline.log;

import io.heartline.model.Position;

/** Where a reader wants to start. */
public sealed interface From {
  /** Returns a start after the position that a client has sent, whatever that is. */
  static From after(String position) {
    return Position.parse(position).<From>map(After::new).orElseGet(Unreadable::new);
  }

  /** With the next publication. */
  record Now() implements From {}

  /** With the {@code count} newest publications, or as many as are retained. */
  record Last(int count) implements From {}

  /** With everything after a position that the reader was given earlier. */
  record After(Position position) implements From {}

  /** After something that is not one of our positions: always a gap. */
  record Unreadable() implements From {}
}
