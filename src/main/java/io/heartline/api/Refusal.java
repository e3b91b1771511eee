package io.heartline.api;

/**
 * A request that cannot be served, with the status and the words it is answered with. Unchecked,
 * since it travels through stages.
 */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String field;

  private Refusal(int status, String field, String rule) {
    super(rule, null, false, false);
    this.status = status;
    this.field = field;
  }

  /** 400: a field breaks a rule. */
  static Refusal badRequest(String field, String rule) {
    return new Refusal(400, field, rule);
  }

  /** 401: credentials that are none of ours. */
  static Refusal unauthorized() {
    return new Refusal(401, "Authorization", "must be Bearer and one of the keys");
  }

  /** 403: known, and not allowed. */
  static Refusal forbidden(String field, String rule) {
    return new Refusal(403, field, rule);
  }

  static Refusal notFound(String field, String rule) {
    return new Refusal(404, field, rule);
  }

  /** 408: the body has not come to its end in time. */
  static Refusal late(long millis) {
    return new Refusal(408, "body", "must be sent within " + millis + " ms");
  }

  static Refusal tooLarge(int maxBytes) {
    return new Refusal(413, "body", "must have at most " + maxBytes + " bytes");
  }

  static Refusal unsupportedType(String given) {
    return new Refusal(415, "Content-Type", "must be application/json: " + given);
  }

  /** 503: the server has no room for it now. */
  static Refusal busy(String field, String why) {
    return new Refusal(503, field, why);
  }

  int status() {
    return status;
  }

  String field() {
    return field;
  }

  String rule() {
    return String.valueOf(getMessage());
  }
}
