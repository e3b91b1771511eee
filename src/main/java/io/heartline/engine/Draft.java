package io.heartline.engine;

import io.heartline.model.ChannelName;
import io.heartline.protocol.PublicationId;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way into a channel.
 *
 * @param data strictly parsed JSON without white space between its tokens
 * @param id the publisher's own id for the message, so that the same message is recognized when it
 *     is sent again, and readers are told it; null if the publisher gives none. It counts within
 *     its channel
 * @param publisher whose id it is, if it counts for that publisher alone; null if it is one of the
 *     servers, whose ids count for all of them. Nobody is told it
 */
public record Draft(
    ChannelName channel,
    String data,
    @Nullable String id,
    @Nullable String publisher) {
  /** @throws IllegalArgumentException if the id is not one, see {@link PublicationId#problem} */
  public Draft {
    String problem = id == null ? null : PublicationId.problem(id);
    if (problem != null) {
      throw new IllegalArgumentException("id " + problem);
    }
  }

  /** A server's message. */
  public Draft(ChannelName channel, String data, @Nullable String id) {
    this(channel, data, id, null);
  }

  /** A message without an id. */
  public Draft(ChannelName channel, String data) {
    this(channel, data, null);
  }
}
