package io.heartline.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.model.RetryAfter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;

/** Answers that no line is opened, and why, as text for people. */
public final class PlainRefusal {
  private PlainRefusal() {}

  /** Turns somebody away for now: with 503, and a time to come back that not everybody is told. */
  public static void comeBackLater(HttpServletResponse response, String why) throws IOException {
    tellWhenToComeBack(response);
    send(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, why);
  }

  /** Only the header, for answers that have a form of their own. */
  public static void tellWhenToComeBack(HttpServletResponse response) {
    int seconds = RetryAfter.seconds(ThreadLocalRandom.current().nextDouble());
    response.setHeader("Retry-After", String.valueOf(seconds));
  }

  public static void send(HttpServletResponse response, int status, String why) throws IOException {
    response.setStatus(status);
    response.setContentType("text/plain;charset=UTF-8");
    response.getOutputStream().write((why + System.lineSeparator()).getBytes(UTF_8));
  }
}
