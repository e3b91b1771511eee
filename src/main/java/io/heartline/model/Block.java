package io.heartline.model;

/**
 * Keeps somebody out for a while, although their credentials are right.
 *
 * @param status how a line of theirs is closed
 * @param untilMillis when it ends, in milliseconds since 1970
 */
public record Block(CloseStatus status, long untilMillis) {
  /** Returns whether it keeps anybody out at a time, in milliseconds since 1970. */
  public boolean holds(long nowMillis) {
    return nowMillis < untilMillis;
  }
}
