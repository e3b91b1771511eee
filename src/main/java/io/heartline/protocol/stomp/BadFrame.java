package io.heartline.protocol.stomp;

import io.heartline.protocol.Excerpt;

/**
 * What a client sent is not STOMP, or more than is allowed. The message names the field and the
 * rule, and the value where it is known, but never that of a header that may be a secret.
 */
final class BadFrame extends Exception {
  private static final long serialVersionUID = 1L;

  BadFrame(String rule) {
    super(rule, null, false, false);
  }

  /** @param value what the client has sent instead; a long one is cut */
  BadFrame(String rule, String value) {
    this(rule + ": " + Excerpt.of(value));
  }

  String rule() {
    return String.valueOf(getMessage());
  }
}
