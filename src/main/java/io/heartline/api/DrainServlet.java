package io.heartline.api;

import io.heartline.engine.Engine;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/drain?window=30}: takes lines off this node before it is stopped. The window is
 * in seconds; the configured one if it is not given.
 */
public final class DrainServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final int MAX_WINDOW = 3600;

  private final transient Engine engine;
  private final transient Predicate<@Nullable String> keys;

  /** @param keys whether an {@code Authorization} header, null if absent, may do this */
  public DrainServlet(Engine engine, Predicate<@Nullable String> keys) {
    this.engine = engine;
    this.keys = keys;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!keys.test(request.getHeader("Authorization"))) {
      Answer.refuse(response, Refusal.unauthorized());
      return;
    }
    String window = request.getParameter("window");
    if (window != null && (!window.matches("\\d{1,4}") || Integer.parseInt(window) > MAX_WINDOW)) {
      Answer.error(response, 400, "window", "must be 0 to " + MAX_WINDOW + " seconds");
      return;
    }
    Duration over =
        window == null ? engine.limits().drain() : Duration.ofSeconds(Long.parseLong(window));
    Answer.send(
        response,
        202,
        "{\"draining\":" + engine.drain(over) + ",\"window\":" + over.toMillis() + "}");
  }
}
