package io.heartline.bootstrap.settings;

/**
 * A property that cannot be used. The start must fail and name the property, the rule and the
 * value.
 */
public final class BadSetting extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadSetting(String property, String value, String rule) {
    super(property + " " + rule + ": " + value);
  }
}
