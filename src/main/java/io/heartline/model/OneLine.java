package io.heartline.model;

import org.jspecify.annotations.Nullable;

/**
 * What somebody else has sent, made fit to be a part of one log line. Anybody can send line breaks,
 * escape sequences of terminals, and characters that change the direction of the text around them.
 */
public final class OneLine {
  /** The most characters that are kept. */
  private static final int MOST = 256;

  private OneLine() {}

  /**
   * Returns the text, cut to {@value #MOST} characters and with a question mark for each character
   * that is not plainly visible; {@code (none)} for null.
   */
  public static String of(@Nullable String text) {
    if (text == null) {
      return "(none)";
    }
    if (text.length() <= MOST && text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      return text;
    }
    StringBuilder line = new StringBuilder();
    text.codePoints().limit(MOST).forEach(c -> line.appendCodePoint(isVisible(c) ? c : '?'));
    return text.codePointCount(0, text.length()) > MOST
        ? line.append("...").toString()
        : line.toString();
  }

  private static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED -> false;
      default -> true;
    };
  }
}
