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
  StompSubscription end() {
    return new StompSubscription(channel, encoding, true);
  }
}
