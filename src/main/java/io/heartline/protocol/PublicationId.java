package io.heartline.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The name that a publisher gives to a publication, so that the same one is recognized when it is
 * sent again.
 */
public final class PublicationId {
  /** The longest one, in characters. */
  public static final int MAX_LENGTH = 128;

  private PublicationId() {}

  /**
   * Returns the rule that a text breaks, or null if it can be an id: only visible ASCII, so that it
   * looks the same in every log and header.
   */
  public static @Nullable String problem(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return "must have 1 to " + MAX_LENGTH + " characters: " + text.length();
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c > '~') {
        return "may contain visible ASCII characters only: U+%04X at %d".formatted((int) c, i);
      }
    }
    return null;
  }
}
