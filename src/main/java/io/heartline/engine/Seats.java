package io.heartline.engine;

import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who sits where: exactly one line per seat once things settle, whatever the interleaving of
 * connects. Has no lock and must be called under none; what it answers may be answered on any
 * thread that holds none.
 */
final class Seats {
  private static final Logger LOG = System.getLogger(Seats.class.getName());

  /** What a newcomer is told, once. */
  sealed interface Outcome {
    /** @param ticket to be {@linkplain #release released} at the end; null if there are no seats */
    record Seated(@Nullable Ticket ticket) implements Outcome {}

    /** @param delayMillis until a page may come back; 0 if it must not, or as it likes */
    record Refused(CloseStatus status, long delayMillis) implements Outcome {}

    /** The newcomer ended meanwhile. It has no seat, and nothing has to be released. */
    record Withdrawn() implements Outcome {}
  }

  /** Proves that a line was given a seat, and under which name, whoever it belongs to later. */
  record Ticket(SeatKey key, Holder holder) {}

  private final String node;
  private final SeatBook book;
  private final Nodes nodes;

  /** @param node the name of this one; unique among those that share the book */
  Seats(String node, SeatBook book, Nodes nodes) {
    this.node = node;
    this.book = book;
    this.nodes = nodes;
  }

  /**
   * Claims the seat of the line's user at its door.
   *
   * @param take whether a user asked for it by hand
   * @return the outcome, which comes later when holders are probed or the book is slow; never fails
   */
  CompletionStage<Outcome> claim(Line line, boolean take) {
    User user = line.user();
    SeatPolicy policy = line.door().seats();
    if (user == null || !policy.limited()) {
      return CompletableFuture.completedStage(new Outcome.Seated(null));
    }
    Seat.Newcomer newcomer = new Seat.Newcomer(node, line.id(), line.instance(), take);
    return claim(new SeatKey(line.door().name(), user), policy, newcomer, line::isEnding);
  }

  /** @param ending whether the newcomer is gone or will be soon: it needs no seat any more */
  CompletionStage<Outcome> claim(
      SeatKey key, SeatPolicy policy, Seat.Newcomer newcomer, BooleanSupplier ending) {
    return new SeatClaim(this, book, nodes, key, policy, newcomer, ending).decide();
  }

  /**
   * The line of this ticket ends. Does nothing if it no longer sits, so that a late end never
   * touches its successor.
   */
  void release(Ticket ticket) {
    book.read(ticket.key)
        .thenCompose(entry -> {
          Seat next = entry.seat().release(ticket.holder);
          return next.equals(entry.seat())
              ? CompletableFuture.completedStage(true)
              : book.replace(ticket.key, entry, next);
        })
        .whenComplete((done, failure) -> {
          if (failure != null) { // whoever comes next finds out that nobody is there
            LOG.log(Level.WARNING, "a seat could not be released: " + ticket, failure);
          } else if (!done) {
            release(ticket);
          }
        });
  }

  /** Drops what need not be remembered any longer; called now and then. */
  void sweep() {
    book.sweep();
  }

  /** Returns how many seats are taken or remembered. */
  int size() {
    return book.size();
  }
}
