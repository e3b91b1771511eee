package io.heartline.security.jwt;

/**
 * A token that is not accepted. The message is for its client and the log, and shows none of it.
 */
final class BadToken extends Exception {
  private static final long serialVersionUID = 1L;

  BadToken(String why) {
    super(why, null, false, false);
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
