package io.heartline.model;

import org.jspecify.annotations.Nullable;

/**
 * One message in a channel.
 *
 * @param position its position; a reader that has read it continues from here
 * @param data strictly parsed JSON without white space between its tokens, so without line breaks
 * @param id the id that its publisher gave it, visible ASCII; null if there is none. Publishers
 *     choose their ids themselves, so two publications may have the same
 * @param bytes roughly the bytes it takes in the heap
 */
public record Publication(
    Position position, String data, @Nullable String id, int bytes) {
  /** Bytes of the publication's object, of its position's, and of its slot in the log. */
  private static final int OBJECTS = 72;

  public Publication(Position position, String data, @Nullable String id) {
    this(position, data, id, bytes(data, id));
  }

  /** A message without an id. */
  public Publication(Position position, String data) {
    this(position, data, null);
  }

  private static int bytes(String data, @Nullable String id) {
    long texts = HeapSize.of(data) + (id == null ? 0 : HeapSize.of(id));
    return (int) Math.min(Integer.MAX_VALUE, OBJECTS + texts);
  }

  public long offset() {
    return position.offset();
  }

  /** Returns when it was published, in milliseconds since 1970. */
  public long time() {
    return position.time();
  }
}
