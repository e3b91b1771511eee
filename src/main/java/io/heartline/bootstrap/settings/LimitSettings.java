package io.heartline.bootstrap.settings;

import io.heartline.engine.Limits;
import io.heartline.model.Rate;

/**
 * How much strangers may ask for in a time.
 *
 * @param flow how much may go through a line
 */
public record LimitSettings(Limits.Flow flow) {
  private static final long MEBIBYTE = 1 << 20;

  /** @param messageBytes the largest message of a client */
  static LimitSettings read(Property property, int messageBytes) {
    long burst = Math.max(MEBIBYTE, 4L * messageBytes);
    return new LimitSettings(new Limits.Flow(
        property.bytes("heartline.catch-up.line", 256 << 10, 0, 1L << 40),
        property.byteRate("heartline.catch-up", new Rate(2 * MEBIBYTE, 8 * MEBIBYTE)),
        property.rate("heartline.line.messages", new Rate(100, 400)),
        property.byteRate("heartline.line.bytes", new Rate(burst / 4, burst)),
        property.number("heartline.lines.per-user", 100, 1, 1_000_000)));
  }
}
