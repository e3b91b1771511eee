package io.heartline.security.jwt;

/** Keys that cannot be used. The message is the rule they break, and never shows a secret. */
public final class BadKeys extends Exception {
  private static final long serialVersionUID = 1L;

  BadKeys(String rule) {
    super(rule);
  }

  public String rule() {
    return String.valueOf(getMessage());
  }
}
