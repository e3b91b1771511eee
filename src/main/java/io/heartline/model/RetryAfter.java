package io.heartline.model;

/**
 * In how many seconds a client that is turned away is told to come back. Not all are told the same:
 * the clients of a server that was away for a moment all came in that moment.
 */
public final class RetryAfter {
  /** Seconds over which they come back, unless there is a reason for more. */
  public static final int SPREAD = 10;

  private RetryAfter() {}

  /**
   * @param random a number in [0,1)
   * @return from 1 to {@link #SPREAD}
   */
  public static int seconds(double random) {
    return seconds(random, SPREAD);
  }

  /** @return the same, from 1 to {@code spread} */
  public static int seconds(double random, int spread) {
    return 1 + (int) (random * spread);
  }
}
