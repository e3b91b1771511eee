package io.heartline.engine;

import io.heartline.model.ChannelName;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way into a channel.
 *
 * @param data strictly parsed JSON without white space between its tokens
 * @param id the publisher's own id for the message, so that the same message is recognized when it
 *     is sent again; null if the publisher gives none. It counts within its channel
 */
public record Draft(
    ChannelName channel, String data, @Nullable String id) {
  /** A message without an id. */
  public Draft(ChannelName channel, String data) {
    this(channel, data, null);
  }
}
