package io.heartline.protocol.stomp;

import io.heartline.protocol.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of a client.
 *
 * @param channel null if it is the user's own channel, whose name only the engine knows
 * @param ended the client has ended it; what is still under way may belong to it
 */
record StompSubscription(@Nullable Subscription channel, MessageEncoding encoding, boolean ended) {
  /** How long a name of the client's own choice may be that is kept as long as a subscription. */
  private static final int MAX_NAME = 255;

  /** Checks a name that is kept as long as a subscription: a line may have many of them. */
  static void checkKept(String header, String name) throws BadFrame {
    if (name.length() > MAX_NAME) {
      throw new BadFrame(
          header + " must have at most " + MAX_NAME + " characters", String.valueOf(name.length()));
    }
  }

  StompSubscription end() {
    return new StompSubscription(channel, encoding, true);
  }
}
