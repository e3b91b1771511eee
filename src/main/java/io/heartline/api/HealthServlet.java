package io.heartline.api;

import io.heartline.engine.Engine;
import io.heartline.protocol.JsonText;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code GET /health/live}: 200 if the process answers. {@code GET /health/ready}: 200 if new lines
 * are accepted and the store works, else 503, with the reason if it is the store. A draining node
 * still accepts publications, for the lines that are still open there.
 */
public final class HealthServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Engine engine;

  public HealthServlet(Calls calls, Engine engine) {
    super(calls, "GET");
    this.engine = engine;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    return CompletableFuture.completedFuture(
        switch (String.valueOf(call.request().getPathInfo())) {
          case "/live" -> Reply.ok("{\"live\":true}");
          case "/ready" -> ready();
          default -> Reply.of(Refusal.notFound("path", "must be /health/live or /health/ready"));
        });
  }

  private Reply ready() {
    Optional<String> failure = engine.failure();
    boolean ready = engine.ready() && failure.isEmpty();
    String why = failure.map(text -> ",\"reason\":" + JsonText.quote(text)).orElse("");
    return Reply.of(ready ? 200 : 503, "{\"ready\":" + ready + why + "}");
  }
}
