package io.heartline.api;

import io.heartline.engine.Engine;
import io.heartline.model.ApiKey;
import io.heartline.model.Scope;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code POST /api/drain?window=30}: takes lines off this node before it is stopped. The window is
 * in seconds; the default is the configured one. {@code DELETE /api/drain} lets new lines in again.
 */
public final class DrainServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(DrainServlet.class.getName());
  private static final int MAX_WINDOW = 3600;

  private final transient Engine engine;
  private final transient Keys keys;

  public DrainServlet(Calls calls, Engine engine, Keys keys) {
    super(calls, "POST", "DELETE");
    this.engine = engine;
    this.keys = keys;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    ApiKey key = keys.require(call, Scope.DRAIN);
    if (call.request().getMethod().equals("DELETE")) {
      LOG.log(Level.INFO, "the key {0} ends the drain", key);
      return CompletableFuture.completedFuture(Reply.ok("{\"drained\":" + engine.undrain() + "}"));
    }
    Duration window = call.query().seconds("window", 0, MAX_WINDOW);
    Duration over = window == null ? engine.limits().drain() : window;
    LOG.log(Level.INFO, "the key {0} drains this node", key);
    return CompletableFuture.completedFuture(Reply.of(
        202, "{\"draining\":" + engine.drain(over) + ",\"window\":" + over.toMillis() + "}"));
  }
}
