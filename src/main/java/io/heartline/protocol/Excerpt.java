package io.heartline.protocol;

/** The beginning of what a client has sent, short enough to be quoted back to it. */
public final class Excerpt {
  private static final int MOST = 64;

  private Excerpt() {}

  /** Returns a text, cut to {@value #MOST} characters. */
  public static String of(String text) {
    return text.length() <= MOST ? text : text.substring(0, MOST);
  }
}
