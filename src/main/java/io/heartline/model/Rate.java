package io.heartline.model;

/**
 * How fast something may go on.
 *
 * @param perSecond how much in each second
 * @param burst how much at once, after a rest
 */
public record Rate(long perSecond, long burst) {
  /** As fast as it likes. */
  public static final Rate UNLIMITED = new Rate(0, 0);

  private static final double SECOND = 1e9;

  /** Returns whether there is a limit at all. */
  public boolean isLimited() {
    return perSecond > 0;
  }

  /** Returns how many nanoseconds it takes until so much may go on; negative for less than none. */
  public long nanos(long amount) {
    double nanos = amount * SECOND / perSecond;
    double most = Nanos.of(Nanos.LONGEST);
    return (long) Math.max(-most, Math.min(most, nanos));
  }

  @Override
  public String toString() {
    return isLimited() ? perSecond + "/" + burst : "off";
  }
}
