package io.heartline.api;

import io.heartline.engine.Store;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers a reader with what he asks for, or why he does not get it. */
abstract class ReadServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  /**
   * Returns what is answered, as JSON.
   *
   * @throws Store.Unavailable if a channel cannot be read now
   */
  abstract String read(HttpServletRequest request) throws Refusal;

  @Override
  protected final void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      Answer.send(response, 200, read(request));
    } catch (Refusal refusal) {
      Answer.refuse(response, refusal);
    } catch (Store.Unavailable e) {
      response.setHeader("Retry-After", "1");
      Answer.error(response, 503, "channel", "cannot be read now: " + e.getMessage());
    }
  }
}
