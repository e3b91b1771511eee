package io.heartline.api;

import io.heartline.engine.Cluster;
import io.heartline.engine.Engine;
import io.heartline.protocol.JsonText;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code GET /health/live}: 200 if the process answers. {@code GET /health/ready}: 200 if new lines
 * are accepted and the store works, else 503. A draining node still accepts publications, for the
 * lines that are still open there.
 *
 * <p>While the disk is full a node stays ready: its lines go on, what was published before is still
 * delivered, and pages sent to another node would find nothing there that they miss here. But
 * {@code publishing} is false then, with the reason.
 */
public final class HealthServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Engine engine;
  private final transient Cluster cluster;

  public HealthServlet(Calls calls, Engine engine, Cluster cluster) {
    super(calls, "GET");
    this.engine = engine;
    this.cluster = cluster;
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
    boolean ready = engine.ready() && engine.failure().isEmpty() && cluster.ready();
    Optional<String> problem = engine.problem();
    String why = problem.map(text -> ",\"reason\":" + JsonText.quote(text)).orElse("");
    return Reply.of(
        ready ? 200 : 503,
        "{\"ready\":" + ready + ",\"publishing\":" + problem.isEmpty() + why + shared() + "}");
  }

  private String shared() {
    return cluster.isShared()
        ? ",\"redis\":{\"seen\":" + cluster.seesShared() + ",\"since\":"
            + cluster.seesSharedSinceMillis() + "},\"nodes\":" + cluster.nodes()
        : "";
  }
}
