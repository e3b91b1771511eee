package io.heartline.protocol.stomp;

/** What a client sent is not STOMP, or more than is allowed. The message names the rule. */
final class BadFrame extends Exception {
  private static final long serialVersionUID = 1L;

  BadFrame(String rule) {
    super(rule, null, false, false);
  }

  String rule() {
    return String.valueOf(getMessage());
  }
}
