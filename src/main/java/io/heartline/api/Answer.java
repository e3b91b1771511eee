package io.heartline.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.protocol.JsonText;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Sends JSON answers. */
final class Answer {
  private Answer() {}

  static void send(HttpServletResponse response, int status, String json) throws IOException {
    byte[] body = json.getBytes(UTF_8);
    response.setStatus(status);
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "no-store");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  static void refuse(HttpServletResponse response, Refusal refusal) throws IOException {
    if (refusal.status() == 401) {
      response.setHeader("WWW-Authenticate", "Bearer");
    }
    error(response, refusal.status(), refusal.field(), refusal.rule());
  }

  /** {@code {"error":{"status":400,"field":"channel","message":"..."}}}. */
  static void error(HttpServletResponse response, int status, String field, String message)
      throws IOException {
    send(response, status, errorJson(status, field, message));
  }

  static String errorJson(int status, String field, String message) {
    return "{\"error\":{\"status\":" + status + ",\"field\":" + JsonText.quote(field)
        + ",\"message\":" + JsonText.quote(message) + "}}";
  }
}
