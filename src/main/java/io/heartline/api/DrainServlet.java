package io.heartline.api;

import io.heartline.engine.Engine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/drain?window=30}: takes lines off this node before it is stopped. The window is
 * in seconds; the default is the configured one.
 */
public final class DrainServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final int MAX_WINDOW = 3600;
  private static final String WINDOW = "window=";

  private final transient Engine engine;
  private final transient Predicate<@Nullable String> keys;

  /** @param keys whether an {@code Authorization} header, null if absent, permits a drain */
  public DrainServlet(Calls calls, Engine engine, Predicate<@Nullable String> keys) {
    super(calls, "POST");
    this.engine = engine;
    this.keys = keys;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    if (!keys.test(call.request().getHeader("Authorization"))) {
      throw Refusal.unauthorized();
    }
    String window = window(call.request().getQueryString());
    if (window != null && (!window.matches("\\d{1,4}") || Integer.parseInt(window) > MAX_WINDOW)) {
      throw Refusal.badRequest("window", "must be 0 to " + MAX_WINDOW + " seconds");
    }
    Duration over =
        window == null ? engine.limits().drain() : Duration.ofSeconds(Long.parseLong(window));
    return CompletableFuture.completedFuture(Reply.of(
        202, "{\"draining\":" + engine.drain(over) + ",\"window\":" + over.toMillis() + "}"));
  }

  /** Parsed by hand: a container that is asked for a parameter of a POST reads its whole body. */
  private static @Nullable String window(@Nullable String query) {
    for (String parameter : query == null ? new String[0] : query.split("&", -1)) {
      if (parameter.startsWith(WINDOW)) {
        return parameter.substring(WINDOW.length());
      }
    }
    return null;
  }
}
