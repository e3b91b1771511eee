package io.heartline.model;

/**
 * One message in a channel.
 *
 * @param position where it stands: reading on after it starts from here
 * @param data strictly parsed JSON without white space between its tokens, so without line breaks
 * @param bytes roughly what it takes in the heap
 */
public record Publication(Position position, String data, int bytes) {
  /** What the publication's object takes, its position's, and their place in the log. */
  private static final int OBJECTS = 64;

  public Publication(Position position, String data) {
    this(position, data, (int) Math.min(Integer.MAX_VALUE, OBJECTS + HeapSize.of(data)));
  }

  public long offset() {
    return position.offset();
  }
}
