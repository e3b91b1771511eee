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

  static LimitSettings read(Property property) {
    return new LimitSettings(new Limits.Flow(
        property.bytes("heartline.catch-up.line", 256 << 10, 0, 1L << 40),
        property.byteRate("heartline.catch-up", new Rate(2 * MEBIBYTE, 8 * MEBIBYTE))));
  }
}
