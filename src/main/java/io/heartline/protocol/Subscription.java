package io.heartline.protocol;

import io.heartline.model.ChannelName;

/**
 * One reading of a channel by one client.
 *
 * @param id what the client calls it; empty in protocols where a client can read a channel only
 *     once and calls the reading by the channel's name
 */
public record Subscription(ChannelName channel, String id) {
  /** Of a protocol whose clients have no ids of their own. */
  public static Subscription of(ChannelName channel) {
    return new Subscription(channel, "");
  }

  @Override
  public String toString() {
    return id.isEmpty() ? channel.text() : channel + " (" + id + ")";
  }
}
