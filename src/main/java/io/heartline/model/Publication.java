package io.heartline.model;

/**
 * One message in a channel.
 *
 * @param position where it stands: reading on after it starts from here
 * @param data strictly parsed JSON without white space between its tokens, so without line breaks
 */
public record Publication(Position position, String data) {
  /** What an object header, the position and the string around the characters cost, roughly. */
  private static final int OVERHEAD = 96;

  public long offset() {
    return position.offset();
  }

  /** Returns roughly how many bytes of memory it holds. */
  public long bytes() {
    return OVERHEAD + data.length();
  }
}
