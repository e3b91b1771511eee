package io.heartline.protocol;

/**
 * A parameter of a request breaks its rule. The client is told which one, and the rule. Unchecked,
 * since it travels through stages.
 */
public final class BadParameter extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String name;

  /** @param rule such as {@code must be given once} */
  public BadParameter(String name, String rule) {
    super(rule, null, false, false);
    this.name = name;
  }

  /** Returns the parameter's name. */
  public String name() {
    return name;
  }

  /** Returns the rule that it breaks. */
  public String rule() {
    return String.valueOf(getMessage());
  }
}
