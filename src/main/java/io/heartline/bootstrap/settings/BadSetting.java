package io.heartline.bootstrap.settings;

/**
 * A property that cannot be used. The start must fail and name the property, the rule and the
 * value, and the place: see {@link Sources#explain}.
 */
public final class BadSetting extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String property;

  public BadSetting(String property, String value, String rule) {
    super(property + " " + rule + ": " + value);
    this.property = property;
  }

  String property() {
    return property;
  }
}
