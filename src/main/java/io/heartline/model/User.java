package io.heartline.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * Who a line belongs to, as authentication says. Anonymous lines have no {@code User}.
 *
 * @param id 1 to {@value #MAX_LENGTH} characters, none of them a control character or half of one
 */
public record User(String id) {
  /** The longest id, in characters. */
  public static final int MAX_LENGTH = 128;

  /** The beginning of each user's private channel, and of no other one. */
  public static final String PREFIX = "user:";

  /** @throws IllegalArgumentException if {@code id} is not a user's id; names the broken rule */
  public User {
    String problem = problem(id);
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
  }

  /** Returns the rule that {@code id} breaks, or null if it can be a user's id. */
  public static @Nullable String problem(String id) {
    if (id.isEmpty() || id.length() > MAX_LENGTH) {
      return "must have 1 to " + MAX_LENGTH + " characters: " + id.length();
    }
    if (id.chars().anyMatch(Character::isISOControl)) {
      return "must not contain control characters";
    }
    if (!UTF_8.newEncoder().canEncode(id)) { // otherwise two users could share a channel
      return "must not contain half a character";
    }
    return null;
  }

  /**
   * Returns the user's private channel: {@code user:} and the id. Characters that a channel name
   * may not contain ({@code @}, spaces, other alphabets), and {@code #} itself, are written as
   * {@code #} and two hex digits per UTF-8 byte, so that no two users share a channel. The channel
   * of {@code ann@example.com} is {@code user:ann#40example.com}.
   *
   * <p>If that is too long for a channel name, the channel is {@code user:##} and the SHA-256 of
   * the id's UTF-8 in base64url. No other user's channel begins like that, because a {@code #} is
   * otherwise followed by a hex digit.
   */
  public ChannelName channel() {
    String written = PREFIX + ChannelPart.escaped(id, true);
    return new ChannelName(
        written.length() <= ChannelName.MAX_LENGTH ? written : PREFIX + ChannelPart.hashed(id));
  }

  @Override
  public String toString() {
    return id;
  }
}
