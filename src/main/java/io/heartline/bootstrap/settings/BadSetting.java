package io.heartline.bootstrap.settings;

/**
 * A property that cannot be used: the start must fail and say which, which value and which rule.
 */
public final class BadSetting extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadSetting(String property, String value, String rule) {
    super(property + " " + rule + ": " + value);
  }
}
