package io.heartline.protocol;

/** The beginning of what a client has sent, short enough to be quoted back to it. */
public final class Excerpt {
  private static final int MOST = 64;

  private Excerpt() {}

  /** Returns a text, cut to {@value #MOST} characters. */
  public static String of(String text) {
    if (text.length() <= MOST) {
      return text;
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(MOST - 1));
    return text.substring(0, splitsPair ? MOST - 1 : MOST);
  }
}
