package io.heartline.engine;

import io.heartline.model.ChannelName;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way into a channel.
 *
 * @param data strictly parsed JSON without white space between its tokens
 * @param id what the publisher calls it, so that the same message sent again is known; null if he
 *     does not care. Counts within its channel
 */
public record Draft(
    ChannelName channel, String data, @Nullable String id) {
  /** A message that its publisher has no id for. */
  public Draft(ChannelName channel, String data) {
    this(channel, data, null);
  }
}
