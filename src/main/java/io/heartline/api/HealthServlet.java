package io.heartline.api;

import io.heartline.engine.Engine;
import io.heartline.protocol.JsonText;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * {@code GET /health/live}: the process answers. {@code GET /health/ready}: lines are let in and
 * the store works, else 503, with the reason if it is the store. A node that drains still takes
 * publications, for the lines that are open there.
 */
public final class HealthServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Engine engine;

  public HealthServlet(Engine engine) {
    this.engine = engine;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String question = String.valueOf(request.getPathInfo());
    switch (question) {
      case "/live" -> Answer.send(response, 200, "{\"live\":true}");
      case "/ready" -> {
        Optional<String> failure = engine.failure();
        boolean ready = engine.ready() && failure.isEmpty();
        String why = failure.map(text -> ",\"reason\":" + JsonText.quote(text)).orElse("");
        Answer.send(response, ready ? 200 : 503, "{\"ready\":" + ready + why + "}");
      }
      default -> Answer.error(response, 404, "path", "must be /health/live or /health/ready");
    }
  }
}
