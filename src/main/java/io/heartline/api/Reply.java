package io.heartline.api;

import io.heartline.engine.FaultLog;
import io.heartline.engine.Outcome;
import io.heartline.engine.Store;
import io.heartline.protocol.BadParameter;
import io.heartline.protocol.JsonText;
import java.util.Map;
import java.util.Objects;

/**
 * The answer to a request.
 *
 * @param headers in addition to those that every answer has
 */
record Reply(int status, String json, Map<String, String> headers) {
  static Reply of(int status, String json) {
    return new Reply(status, json, Map.of());
  }

  static Reply ok(String json) {
    return of(200, json);
  }

  /** {@code {"error":{"status":400,"field":"channel","message":"..."}}}. */
  static Reply error(int status, String field, String message) {
    return of(status, errorJson(status, field, message));
  }

  static Reply of(Refusal refusal) {
    Reply reply = error(refusal.status(), refusal.field(), refusal.rule());
    return switch (refusal.status()) {
      case 401 -> reply.with("WWW-Authenticate", "Bearer");
      case 429, 503 -> reply.with("Retry-After", String.valueOf(refusal.retryAfter()));
      default -> reply;
    };
  }

  /**
   * Returns the answer for a stage that failed.
   *
   * @param faults is told if it never should have
   */
  static Reply failed(Throwable failure, FaultLog faults) {
    Throwable cause = Objects.requireNonNull(Outcome.cause(failure));
    if (cause instanceof Refusal refusal) {
      return of(refusal);
    }
    if (cause instanceof BadParameter bad) {
      return of(Refusal.of(bad));
    }
    if (cause instanceof Store.Unavailable) {
      return error(503, "channel", "cannot be read now: " + cause.getMessage())
          .with("Retry-After", "1");
    }
    faults.failed("a request failed", "see the access log", cause);
    return error(500, "request", "could not be served");
  }

  /** Returns a copy with this header as its only one. */
  Reply with(String header, String value) {
    return new Reply(status, json, Map.of(header, value));
  }

  static String errorJson(int status, String field, String message) {
    return "{\"error\":{\"status\":" + status + ",\"field\":" + JsonText.quote(field)
        + ",\"message\":" + JsonText.quote(message) + "}}";
  }
}
