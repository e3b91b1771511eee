package io.heartline.engine;

import io.heartline.model.CloseStatus;
import io.heartline.model.Nanos;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * This node, when there is no other. What is seen on a line's own thread is reported by the thread
 * that polls the {@link Timers}, so that a line's thread never goes on with the work of a newcomer
 * that waited for it.
 */
final class LocalNodes implements Nodes {
  private final Lines lines;
  private final Timers timers;
  private final LongSupplier nanos;
  private final long probeNanos;

  LocalNodes(Lines lines, Timers timers, LongSupplier nanos, Duration probe) {
    this.lines = lines;
    this.timers = timers;
    this.nanos = nanos;
    probeNanos = Nanos.of(probe);
  }

  @Override
  public void replaced(Holder holder, long by) {
    replaced(holder.line(), by);
  }

  /** @param id of the line; it need not be here */
  void replaced(String id, long by) {
    Line line = lines.find(id);
    if (line == null || line.isGone()) {
      return;
    }
    Seats.Ticket ticket = line.ticket(); // null if its claim has not been answered yet
    if (ticket == null || ticket.holder().claim() < by) {
      line.close(CloseStatus.REPLACED);
    }
  }

  @Override
  public void silent(Holder holder) {
    silent(holder.line());
  }

  void silent(String id) {
    Line line = lines.find(id);
    if (line != null && !line.isGone()) {
      line.close(CloseStatus.NO_ANSWER);
    }
  }

  @Override
  public CompletionStage<Boolean> probe(Holder holder) {
    return probe(holder.line());
  }

  CompletionStage<Boolean> probe(String id) {
    Line line = lines.find(id);
    if (line == null || line.isEnding()) {
      return CompletableFuture.completedStage(false);
    }
    return new Probe(line).ask();
  }

  private final class Probe {
    private final Line line;
    private final CompletableFuture<Boolean> answer = new CompletableFuture<>();

    private Probe(Line line) {
      this.line = line;
    }

    private CompletionStage<Boolean> ask() {
      Timers.Timer timeout =
          timers.judgeAt(nanos.getAsLong() + probeNanos, () -> answer.complete(false));
      answer.whenComplete((lives, failure) -> timeout.cancel());
      line.probe(() -> timers.at(nanos.getAsLong(), () -> answer.complete(!line.isEnding())));
      return answer;
    }
  }
}
