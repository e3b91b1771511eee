package io.heartline.engine;

import io.heartline.model.Identity;
import java.util.function.LongSupplier;

/**
 * When the identity of a line expires. It is judged by the wall clock each time, which may have
 * been set meanwhile. Asked before each write, so it costs next to nothing where nothing expires.
 */
final class Expiry {
  private final LongSupplier epochMillis;

  private volatile long atMillis = Identity.NEVER;

  /** @param epochMillis the wall clock, in milliseconds since 1970 */
  Expiry(LongSupplier epochMillis) {
    this.epochMillis = epochMillis;
  }

  /** The line has another identity. */
  void of(Identity identity) {
    atMillis = identity.expiresAtMillis();
  }

  /** Returns whether it has expired. */
  boolean isOver() {
    return atMillis != Identity.NEVER && leftMillis() <= 0;
  }

  /** Returns how long it still lasts, at most for ever; 0 or less if it has expired. */
  long leftMillis() {
    long at = atMillis;
    return at == Identity.NEVER ? at : at - epochMillis.getAsLong();
  }
}
