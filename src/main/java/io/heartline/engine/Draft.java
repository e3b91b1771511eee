package io.heartline.engine;

import io.heartline.model.ChannelName;

/**
 * A message on its way into a channel.
 *
 * @param data strictly parsed JSON without white space between its tokens
 */
public record Draft(ChannelName channel, String data) {}
