package io.heartline.model;

/**
 * One message in a channel.
 *
 * @param position its position; a reader that has read it continues from here
 * @param data strictly parsed JSON without white space between its tokens, so without line breaks
 * @param bytes roughly the bytes it takes in the heap
 */
public record Publication(Position position, String data, int bytes) {
  /** Bytes of the publication's object, of its position's, and of its slot in the log. */
  private static final int OBJECTS = 64;

  public Publication(Position position, String data) {
    this(position, data, (int) Math.min(Integer.MAX_VALUE, OBJECTS + HeapSize.of(data)));
  }

  public long offset() {
    return position.offset();
  }
}
