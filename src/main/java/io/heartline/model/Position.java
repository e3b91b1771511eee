package io.heartline.model;

import java.util.Optional;

/**
 * How far a channel's log has been read: everything up to and including {@code offset}. Clients
 * keep its text and give it back; to them it is opaque.
 *
 * @param epoch one life of the log: 1 to 32 of {@code a-z 0-9 .}; another one means that continuity
 *     was lost
 * @param offset of the last publication read, counted from 1 without holes within an epoch; 0: none
 *     yet
 * @param tag publish time of that publication in microseconds since 1970, strictly rising; 0 at
 *     offset 0. Tells two messages apart that were given the same offset by a log that was rewound
 */
public record Position(String epoch, long offset, long tag) {
  /** Returns the position that {@code text} stands for, or empty if it is none of ours. */
  public static Optional<Position> parse(String text) {
    int first = text.indexOf(':');
    int second = text.indexOf(':', first + 1);
    if (first < 1 || first > 32 || second < 0 || text.length() > 80) {
      return Optional.empty();
    }
    try {
      long offset = Long.parseLong(text.substring(first + 1, second));
      long tag = Long.parseLong(text.substring(second + 1));
      return offset < 0 || tag < 0
          ? Optional.empty()
          : Optional.of(new Position(text.substring(0, first), offset, tag));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return epoch + ':' + offset + ':' + tag;
  }
}
