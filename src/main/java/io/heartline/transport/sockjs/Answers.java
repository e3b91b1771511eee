package io.heartline.transport.sockjs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.model.TimeSource;
import io.heartline.transport.http.PlainRefusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers as clients of SockJS know them, down to the words and headers. */
final class Answers {
  /** The type of all plain answers. */
  static final String TEXT = "text/plain;charset=UTF-8";

  private static final String NOT_CACHED =
      "no-store, no-cache, no-transform, must-revalidate, max-age=0";

  private static final long YEAR_SECONDS = 31_536_000;
  private static final String CACHED = "public, max-age=" + YEAR_SECONDS;

  private Answers() {}

  /** Answers with a text. */
  static void text(HttpServletResponse response, int status, String text) throws IOException {
    response.setStatus(status);
    response.setContentType(TEXT);
    body(response, text.getBytes(UTF_8));
  }

  /** Answers with these bytes, whose type is set. */
  static void body(HttpServletResponse response, byte[] bytes) throws IOException {
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }

  /** Refuses a request whose body is not read: the connection ends with the answer. */
  static void refuse(HttpServletResponse response, int status, String why) throws IOException {
    response.setHeader("Connection", "close");
    text(response, status, why);
  }

  /** There is nothing here for whoever asks. */
  static void unknown(HttpServletResponse response) throws IOException {
    text(response, 404, "there is nothing here\n");
  }

  /** Refuses whoever comes while there is no room, or none any more. */
  static void stopping(HttpServletResponse response) throws IOException {
    PlainRefusal.comeBackLater(response, "no room or stopping");
  }

  /** The same, with the time after which the client had better come back. */
  static void comeBack(HttpServletResponse response, int seconds) throws IOException {
    response.setHeader("Retry-After", String.valueOf(seconds));
    PlainRefusal.send(response, 503, "no room or stopping");
  }

  /** Answers a request with a wrong method; returns whether the method is the right one. */
  static boolean allowed(String method, HttpServletRequest request, HttpServletResponse response) {
    if (request.getMethod().equals(method)) {
      return true;
    }
    response.setStatus(405); // neither a type nor a body: old clients stumble over them
    response.setHeader("Allow", "OPTIONS, " + method);
    return false;
  }

  /** Like {@link #allowed}, for what is never cached. Answers OPTIONS too, which is. */
  static boolean answered(
      String method, HttpServletRequest request, HttpServletResponse response, TimeSource time) {
    if (!request.getMethod().equals("OPTIONS")) {
      response.setHeader("Cache-Control", NOT_CACHED);
      return allowed(method, request, response);
    }
    cached(response, time);
    response.setStatus(204);
    response.setHeader("Access-Control-Allow-Methods", "OPTIONS, " + method);
    response.setHeader("Access-Control-Max-Age", Long.toString(YEAR_SECONDS));
    String headers = request.getHeader("Access-Control-Request-Headers");
    if (headers != null && !headers.isBlank()) {
      response.setHeader("Access-Control-Allow-Headers", headers);
    }
    return false;
  }

  /** Lets everybody keep the answer for a year. */
  static void cached(HttpServletResponse response, TimeSource time) {
    response.setHeader("Cache-Control", CACHED);
    response.setDateHeader("Expires", time.epochMicros() / 1000 + 1000 * YEAR_SECONDS);
  }

  /** Lets pages of other origins read the answer; the filter in front has refused the others. */
  static void cors(HttpServletRequest request, HttpServletResponse response) {
    String origin = request.getHeader("Origin");
    response.setHeader("Vary", "Origin");
    if (origin == null) {
      response.setHeader("Access-Control-Allow-Origin", "*");
    } else {
      response.setHeader("Access-Control-Allow-Origin", origin);
      response.setHeader("Access-Control-Allow-Credentials", "true");
    }
  }
}
