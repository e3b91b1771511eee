package io.heartline.model;

import java.util.Optional;

/**
 * How far a channel's log has been read: everything up to and including {@code offset}. Clients
 * keep its text and send it back; to them it is opaque.
 *
 * @param epoch 1 to 32 of {@code a-z 0-9 .}; it changes when the log's continuity is lost
 * @param offset the offset of the last publication read, counted from 1 without holes within an
 *     epoch; 0 if none was read yet
 * @param tag publish time of that publication in microseconds since 1970, strictly rising; 0 at
 *     offset 0. Tells two messages apart that got the same offset because the log was rewound
 */
public record Position(String epoch, long offset, long tag) {
  /** Returns the position that {@code text} means; empty if it is not one of ours. */
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

  /** Returns the publish time in milliseconds since 1970; 0 at offset 0. */
  public long time() {
    return tag / 1000;
  }

  @Override
  public String toString() {
    return epoch + ':' + offset + ':' + tag;
  }
}
