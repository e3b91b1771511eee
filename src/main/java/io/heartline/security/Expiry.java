package io.heartline.security;

import io.heartline.model.Identity;
import io.heartline.model.TimeSource;
import java.time.Duration;

/**
 * When an identity expires about whose end nobody tells us.
 *
 * @param lifetime how long it holds; zero for ever
 */
public record Expiry(Duration lifetime, TimeSource time) {
  /** Returns when an identity expires that is proven now, in milliseconds since 1970. */
  long fromNow() {
    return lifetime.isZero() ? Identity.NEVER : nowMillis() + lifetime.toMillis();
  }

  long nowMillis() {
    return time.epochMicros() / 1000;
  }
}
