package io.heartline.security;

import io.heartline.model.ChannelName;
import io.heartline.model.Identity;

/** Opens some channels for somebody: {@code order:{user}:* for group:customers}. */
public record RightsRule(ChannelPattern channels, Audience audience) {
  private static final String FOR = " for ";

  /**
   * Reads a pattern, or a pattern, {@code for} and who. Without who it is for users.
   *
   * @throws IllegalArgumentException with the rule that is broken
   */
  public static RightsRule parse(String text) {
    String rule = text.strip().replaceAll("\\s+", " ");
    int end = rule.indexOf(' ');
    if (end < 0) {
      return new RightsRule(ChannelPattern.parse(rule), Audience.USERS);
    }
    String who = rule.substring(end);
    if (!who.startsWith(FOR)) {
      throw new IllegalArgumentException("must be a pattern, or a pattern, for and who, such as"
          + " order:{user}:* or staff:* for group:staff");
    }
    return new RightsRule(
        ChannelPattern.parse(rule.substring(0, end)), Audience.parse(who.substring(FOR.length())));
  }

  /** Returns whether anonymous clients have it, too. */
  public boolean isForEverybody() {
    return audience.equals(Audience.EVERYBODY);
  }

  /** Returns whether it opens a channel for somebody. */
  boolean opens(Identity identity, ChannelName channel) {
    return audience.has(identity) && channels.matches(channel.text(), identity);
  }

  /** Returns whether it opens a channel for anybody at all. */
  public boolean isAbout(ChannelName channel) {
    return channels.matchesForSome(channel.text());
  }

  @Override
  public String toString() {
    return channels + FOR + audience;
  }
}
