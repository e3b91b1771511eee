package io.heartline.engine;

/**
 * How many lines of one user a door seats, and who yields.
 *
 * @param seats how many lines may sit; 0 means that there are no seats and everybody is welcome
 * @param newestWins whether a newcomer takes the seat of the longest sitting line; otherwise the
 *     newcomer is refused
 */
public record SeatPolicy(int seats, boolean newestWins) {
  public static final SeatPolicy NONE = new SeatPolicy(0, false);
  public static final SeatPolicy NEWEST = new SeatPolicy(1, true);
  public static final SeatPolicy OLDEST = new SeatPolicy(1, false);

  /** At most {@code n} lines of a user; further ones are refused. */
  public static SeatPolicy atMost(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("seats must be at least 1: " + n);
    }
    return new SeatPolicy(n, false);
  }

  boolean limited() {
    return seats > 0;
  }
}
