package io.heartline.bootstrap.settings;

import io.heartline.api.DemoGuests;
import io.heartline.engine.Limits;
import io.heartline.model.Rate;
import io.heartline.security.Turnstile;

/**
 * How much strangers may ask for in a time.
 *
 * @param flow how much may go through a line
 * @param lines how many lines may open
 * @param publish how fast one key may publish
 * @param guests how fast the demo's guests may
 */
public record LimitSettings(
    Limits.Flow flow, Turnstile.Bounds lines, Rate publish, DemoGuests.Rates guests) {
  private static final long MEBIBYTE = 1 << 20;

  /** @param messageBytes the largest message of a client */
  static LimitSettings read(Property property, int messageBytes) {
    long burst = Math.max(MEBIBYTE, 4L * messageBytes);
    Limits.Flow flow = new Limits.Flow(
        property.bytes("heartline.catch-up.line", 256 << 10, 0, 1L << 40),
        property.byteRate("heartline.catch-up", new Rate(2 * MEBIBYTE, 8 * MEBIBYTE)),
        property.rate("heartline.line.messages", new Rate(100, 400)),
        property.byteRate("heartline.line.bytes", new Rate(burst / 4, burst)),
        property.number("heartline.lines.per-user", 100, 1, 1_000_000));
    Turnstile.Bounds lines = new Turnstile.Bounds(
        property.rate("heartline.lines.new", new Rate(2_000, 20_000)),
        property.rate("heartline.lines.new.per-address", new Rate(50, 500)),
        property.number("heartline.lines.per-address", 1_000, 1, 10_000_000));
    return new LimitSettings(
        flow,
        lines,
        property.rate("heartline.publish.rate", new Rate(20_000, 100_000)),
        new DemoGuests.Rates(
            property.rate("heartline.demo.publish", new Rate(5, 50)),
            property.rate("heartline.demo.publish.all", new Rate(20, 200))));
  }
}
