package io.heartline.api;

import io.heartline.protocol.BadParameter;
import java.time.Duration;

/**
 * Says that a request cannot be served, with the status and the message of the answer. Unchecked,
 * since it travels through stages.
 */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String field;
  private final long retryAfter;

  private Refusal(int status, String field, String rule) {
    this(status, field, rule, 1);
  }

  private Refusal(int status, String field, String rule, long retryAfter) {
    super(rule, null, false, false);
    this.status = status;
    this.field = field;
    this.retryAfter = retryAfter;
  }

  /** 400: a field breaks a rule. */
  static Refusal badRequest(String field, String rule) {
    return new Refusal(400, field, rule);
  }

  /** 400: a parameter breaks a rule. */
  static Refusal of(BadParameter bad) {
    return badRequest(bad.name(), bad.rule());
  }

  /** 401: the credentials are not one of our keys. */
  static Refusal unauthorized() {
    return new Refusal(401, "Authorization", "must be Bearer and one of the keys");
  }

  /** 401: the credentials are wrong; others may be right. */
  static Refusal credentials(String why) {
    return new Refusal(401, "credentials", why);
  }

  /** 401: nobody knows who this is, and it matters. */
  static Refusal nobody() {
    return new Refusal(401, "user", "must be known: log in first");
  }

  /** 403: the caller is known but not allowed. */
  static Refusal forbidden(String field, String rule) {
    return new Refusal(403, field, rule);
  }

  static Refusal notFound(String field, String rule) {
    return new Refusal(404, field, rule);
  }

  /** 408: the body did not arrive in time. */
  static Refusal late(long millis) {
    return new Refusal(408, "body", "must be sent within " + millis + " ms");
  }

  static Refusal tooLarge(int maxBytes) {
    return new Refusal(413, "body", "must have at most " + maxBytes + " bytes");
  }

  /** 415: a header says that the body is written in a way that we do not read. */
  static Refusal unsupported(String header, String rule) {
    return new Refusal(415, header, rule);
  }

  /** 429: too much was asked for in a short time. */
  static Refusal tooFast(String field, String rule, long waitNanos) {
    long seconds = 1 + Duration.ofNanos(waitNanos).toSeconds();
    return new Refusal(429, field, rule + "; try again in " + seconds + " s", seconds);
  }

  /** 503: the server cannot serve it now. */
  static Refusal busy(String field, String why) {
    return new Refusal(503, field, why);
  }

  int status() {
    return status;
  }

  /** Returns after how many seconds it may be served, if that is only a matter of time. */
  long retryAfter() {
    return retryAfter;
  }

  String field() {
    return field;
  }

  String rule() {
    return String.valueOf(getMessage());
  }
}
