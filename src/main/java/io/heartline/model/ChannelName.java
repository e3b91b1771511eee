package io.heartline.model;

import org.jspecify.annotations.Nullable;

/**
 * The name of a channel: 1 to 255 of {@code A-Z a-z 0-9 _ . : # / -}.
 *
 * @param text the name as users write it
 */
public record ChannelName(String text) {
  /**
   * Ends the name of the channel in which Heartline tells who reads another channel. No user's own
   * channel ends like this: there a {@code #} is followed by hex digits or by another one.
   */
  private static final String PRESENCE = "#presence";

  /** The longest name, in characters. */
  public static final int MAX_LENGTH = 255;

  /**
   * @throws IllegalArgumentException if {@code text} is not a channel name; names the broken rule
   */
  public ChannelName {
    String problem = problem(text);
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
  }

  /** Returns the rule that {@code text} breaks, or null if it is a channel name. */
  public static @Nullable String problem(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return "must have 1 to " + MAX_LENGTH + " characters: " + text.length();
    }
    for (int i = 0; i < text.length(); i++) {
      if (!allowed(text.charAt(i))) {
        return "may contain A-Z a-z 0-9 _ . : # / - only: U+%04X at %d"
            .formatted((int) text.charAt(i), i);
      }
    }
    return null;
  }

  /**
   * Returns the channel in which is told who reads this one; null if its name would be too long.
   */
  public @Nullable ChannelName presence() {
    return text.length() + PRESENCE.length() <= MAX_LENGTH
        ? new ChannelName(text + PRESENCE)
        : null;
  }

  /** Returns the channel whose readers are told of in this one; null if it is no such channel. */
  public @Nullable ChannelName watched() {
    return text.endsWith(PRESENCE) && text.length() > PRESENCE.length()
        ? new ChannelName(text.substring(0, text.length() - PRESENCE.length()))
        : null;
  }

  static boolean allowed(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "_.:#/-".indexOf(c) >= 0;
  }

  @Override
  public String toString() {
    return text;
  }
}
