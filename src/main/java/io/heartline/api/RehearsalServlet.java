package io.heartline.api;

import io.heartline.engine.Engine;
import io.heartline.engine.Line;
import io.heartline.model.CloseStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code POST /demo/restart}: ends the lines of the guest who asks, and nobody else's, as the
 * server does before it stops. So the demo page can show a restart without one.
 */
public final class RehearsalServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  /** Pages come back at moments spread over this. */
  private static final Duration WINDOW = Duration.ofSeconds(8);

  private final transient Engine engine;
  private final transient DemoGuests guests;

  public RehearsalServlet(Calls calls, Engine engine, DemoGuests guests) {
    super(calls, "POST");
    this.engine = engine;
    this.guests = guests;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    List<Line> lines = engine.linesOf(guests.require(call.request()));
    CloseStatus status = CloseStatus.STOPPING.because("a restart is rehearsed");
    lines.forEach(line -> line.close(status, WINDOW.toMillis(), true));
    return CompletableFuture.completedFuture(Reply.ok("{\"closed\":" + lines.size() + "}"));
  }
}
