package io.heartline.engine;

import io.heartline.model.CloseStatus;
import io.heartline.model.OneLine;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One newcomer's way to a seat. It reads the book, probes the holders that would stay, and tries
 * again until the book agrees. Only then does any holder have to go. Its steps run one after the
 * other, so its fields need no lock.
 */
final class SeatClaim {
  private static final Logger LOG = System.getLogger(SeatClaim.class.getName());

  private final Seats seats;
  private final SeatBook book;
  private final Nodes nodes;
  private final SeatKey key;
  private final SeatPolicy policy;
  private final Seat.Newcomer newcomer;
  private final BooleanSupplier ending;

  /** Null until holders were probed, which happens once at most. */
  private Seat.@Nullable Probed probed;

  /** The ticket that the book was last asked to write; null before. */
  private Seats.@Nullable Ticket asked;

  SeatClaim(
      Seats seats,
      SeatBook book,
      Nodes nodes,
      SeatKey key,
      SeatPolicy policy,
      Seat.Newcomer newcomer,
      BooleanSupplier ending) {
    this.seats = seats;
    this.book = book;
    this.nodes = nodes;
    this.key = key;
    this.policy = policy;
    this.newcomer = newcomer;
    this.ending = ending;
  }

  CompletionStage<Seats.Outcome> decide() {
    return attempt().exceptionally(this::failed);
  }

  private CompletionStage<Seats.Outcome> attempt() {
    return book.read(key).thenCompose(this::on);
  }

  private CompletionStage<Seats.Outcome> on(SeatBook.Entry entry) {
    if (ending.getAsBoolean()) { // otherwise it would evict somebody for nothing
      return CompletableFuture.completedStage(new Seats.Outcome.Withdrawn());
    }
    Seat.Verdict verdict = entry.seat().claim(policy, newcomer, probed, entry.nowMillis());
    if (verdict instanceof Seat.Verdict.Seated seated) {
      Seats.Ticket ticket = new Seats.Ticket(key, seated.holder());
      asked = ticket;
      return write(entry, seated.next(), () -> seated(ticket, seated.replaced()));
    }
    if (verdict instanceof Seat.Verdict.Refused refused) {
      return write(entry, refused.next(), () -> {
        closeSilent();
        return new Seats.Outcome.Refused(refused.status(), refused.delayMillis());
      });
    }
    List<Holder> holders = ((Seat.Verdict.Probe) verdict).holders();
    return probe(holders, entry.seat().lastClaim()).thenCompose(done -> attempt());
  }

  private CompletionStage<Seats.Outcome> write(
      SeatBook.Entry before, Seat after, Supplier<Seats.Outcome> then) {
    if (after.equals(before.seat())) {
      return CompletableFuture.completedStage(then.get());
    }
    return book.replace(key, before, after)
        .thenCompose(done -> done ? CompletableFuture.completedStage(then.get()) : attempt());
  }

  private Seats.Outcome seated(Seats.Ticket ticket, List<Holder> replaced) {
    replaced.forEach(holder -> nodes.replaced(holder, ticket.holder().claim()));
    closeSilent();
    if (ending.getAsBoolean()) { // ended while the book wrote, and did not know of the ticket
      seats.release(ticket);
      return new Seats.Outcome.Withdrawn();
    }
    return new Seats.Outcome.Seated(ticket);
  }

  private void closeSilent() {
    if (probed != null) {
      probed.silent().forEach(nodes::silent);
    }
  }

  private CompletionStage<Void> probe(List<Holder> holders, long since) {
    Set<Holder> silent = ConcurrentHashMap.newKeySet();
    CompletableFuture<?>[] answers = holders.stream()
        .map(holder -> nodes
            .probe(holder)
            .thenAccept(lives -> {
              if (!lives) {
                silent.add(holder);
              }
            })
            .toCompletableFuture())
        .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(answers)
        .thenRun(() -> probed = new Seat.Probed(since, Set.copyOf(silent)));
  }

  /** The book cannot say: the newcomer may come back, and leaves nothing behind. */
  private Seats.Outcome failed(Throwable failure) {
    LOG.log(
        Level.WARNING,
        () -> OneLine.of(newcomer.toString()) + " - cannot claim the seat: "
            + Outcome.cause(failure));
    if (asked != null) { // it may have been written anyway
      seats.release(asked);
    }
    return new Seats.Outcome.Refused(CloseStatus.OVERLOADED, 0);
  }
}
