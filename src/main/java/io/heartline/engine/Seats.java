package io.heartline.engine;

import io.heartline.model.CloseStatus;
import io.heartline.model.OneLine;
import io.heartline.model.User;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows who sits where. Each seat has exactly one line once things settle, however the connects
 * interleave. It has no lock and must be called under none. It may answer on any thread that holds
 * no lock.
 */
final class Seats {
  private static final Logger LOG = System.getLogger(Seats.class.getName());

  /** What a newcomer is told, once. */
  sealed interface Outcome {
    /**
     * @param ticket to be {@linkplain #release released} at the end; null if the line needs no seat
     */
    record Seated(@Nullable Ticket ticket) implements Outcome {}

    /**
     * @param delayMillis how long a page must wait before it comes back; 0 if it must not come
     *     back, or may choose
     */
    record Refused(CloseStatus status, long delayMillis) implements Outcome {}

    /** The newcomer ended meanwhile. It has no seat, and nothing has to be released. */
    record Withdrawn() implements Outcome {}
  }

  /**
   * Proves that a line was given a seat, and under which key, no matter who the line belongs to
   * later.
   */
  record Ticket(SeatKey key, Holder holder) {}

  private final String node;
  private final SeatBook book;
  private final Nodes nodes;

  /** @param node the name of this node; unique among those that share the book */
  Seats(String node, SeatBook book, Nodes nodes) {
    this.node = node;
    this.book = book;
    this.nodes = nodes;
  }

  /**
   * Claims the seat of the line's user at its door.
   *
   * @param take whether a user asked for it by hand
   * @param time for which the book may be waited for; probes of holders do not count
   * @return the outcome, which comes later if holders are probed or the book is slow; never fails
   */
  CompletionStage<Outcome> claim(Line line, boolean take, WaitingTime time) {
    User user = line.user();
    SeatPolicy policy = line.door().seats();
    if (user == null || !policy.limited()) {
      return CompletableFuture.completedStage(new Outcome.Seated(null));
    }
    Seat.Newcomer newcomer = new Seat.Newcomer(node, line.id(), line.instance(), take);
    SeatKey key = new SeatKey(line.door().name(), user);
    SeatBook awaited = new AwaitedSeatBook(book, time);
    return new SeatClaim(this, awaited, nodes, key, policy, newcomer, line::isEnding).decide();
  }

  /** @param ending whether the newcomer is ending or gone, and so needs no seat any more */
  CompletionStage<Outcome> claim(
      SeatKey key, SeatPolicy policy, Seat.Newcomer newcomer, BooleanSupplier ending) {
    return new SeatClaim(this, book, nodes, key, policy, newcomer, ending).decide();
  }

  /**
   * Looks up whether a line still has its seat. If the book has lost the line, it is put back.
   *
   * @param gone whether the line is gone, and so needs no seat any more
   * @return false if a newer claim has taken the seat; fails if the book cannot say
   */
  CompletionStage<Boolean> check(Ticket ticket, SeatPolicy policy, BooleanSupplier gone) {
    return new SeatCheck(this, book, nodes, ticket, policy, gone).decide();
  }

  /**
   * Releases the seat of a line that has ended. Does nothing if the line no longer sits there, so
   * that a late end never touches its successor.
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
            LOG.log(
                Level.WARNING,
                "a seat could not be released: " + OneLine.of(ticket.toString()),
                failure);
          } else if (!done) {
            release(ticket);
          }
        });
  }

  /** Drops what need not be remembered any longer; called now and then. */
  void sweep() {
    book.sweep();
  }

  /** Returns how many seats are taken or remembered; empty if the book does not count them. */
  OptionalInt size() {
    return book.size();
  }
}
