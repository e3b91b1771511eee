package io.heartline.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers that no line is opened, and why, as text for people. */
public final class PlainRefusal {
  private PlainRefusal() {}

  public static void send(HttpServletResponse response, int status, String why) throws IOException {
    response.setStatus(status);
    response.setContentType("text/plain;charset=UTF-8");
    response.getOutputStream().write((why + System.lineSeparator()).getBytes(UTF_8));
  }
}
