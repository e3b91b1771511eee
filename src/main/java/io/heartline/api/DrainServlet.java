package io.heartline.api;

import io.heartline.engine.Engine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/drain?window=30}: takes lines off this node before it is stopped. The window is
 * in seconds; the default is the configured one. {@code DELETE /api/drain} lets new lines in again.
 */
public final class DrainServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final int MAX_WINDOW = 3600;

  private final transient Engine engine;
  private final transient Predicate<@Nullable String> keys;

  /** @param keys whether an {@code Authorization} header, null if absent, permits a drain */
  public DrainServlet(Calls calls, Engine engine, Predicate<@Nullable String> keys) {
    super(calls, "POST", "DELETE");
    this.engine = engine;
    this.keys = keys;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    if (!keys.test(call.header("Authorization"))) {
      throw Refusal.unauthorized();
    }
    if (call.request().getMethod().equals("DELETE")) {
      return CompletableFuture.completedFuture(Reply.ok("{\"drained\":" + engine.undrain() + "}"));
    }
    Duration window = call.query().seconds("window", 0, MAX_WINDOW);
    Duration over = window == null ? engine.limits().drain() : window;
    return CompletableFuture.completedFuture(Reply.of(
        202, "{\"draining\":" + engine.drain(over) + ",\"window\":" + over.toMillis() + "}"));
  }
}
