package io.heartline.protocol;

import io.heartline.model.ChannelName;

/**
 * One client's subscription to one channel.
 *
 * @param id the client's name for it; empty in protocols where a client can subscribe to a channel
 *     only once and names the subscription by its channel
 */
public record Subscription(ChannelName channel, String id) {
  /** A subscription in a protocol where clients give no ids. */
  public static Subscription of(ChannelName channel) {
    return new Subscription(channel, "");
  }

  @Override
  public String toString() {
    return id.isEmpty() ? channel.text() : channel + " (" + id + ")";
  }
}
