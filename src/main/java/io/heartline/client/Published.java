package io.heartline.client;

/**
 * Where a message stands in a channel.
 *
 * @param channel its name; that of a user's channel if the message was for a user
 * @param epoch the channel's epoch
 * @param offset the message's number in that epoch
 * @param position the same as one text, for pages that start behind this message
 */
public record Published(String channel, String epoch, long offset, String position) {}
