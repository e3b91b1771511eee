package io.heartline.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * Looks up whether a line that was given a seat still has it. If the book has lost the line, the
 * line is put back. Its steps run one after the other, so its fields need no lock.
 */
final class SeatCheck {
  private final Seats seats;
  private final SeatBook book;
  private final Nodes nodes;
  private final Seats.Ticket ticket;
  private final SeatPolicy policy;
  private final BooleanSupplier gone;

  SeatCheck(
      Seats seats,
      SeatBook book,
      Nodes nodes,
      Seats.Ticket ticket,
      SeatPolicy policy,
      BooleanSupplier gone) {
    this.seats = seats;
    this.book = book;
    this.nodes = nodes;
    this.ticket = ticket;
    this.policy = policy;
    this.gone = gone;
  }

  /** Returns whether the line still has the seat; fails if the book cannot say. */
  CompletionStage<Boolean> decide() {
    return book.read(ticket.key()).thenCompose(this::on);
  }

  private CompletionStage<Boolean> on(SeatBook.Entry entry) {
    Seat.Standing standing = entry.seat().standing(policy, ticket.holder());
    if (standing instanceof Seat.Standing.Back back && !gone.getAsBoolean()) {
      return book.replace(ticket.key(), entry, back.next())
          .thenCompose(
              done -> done ? CompletableFuture.completedStage(back(back.replaced())) : decide());
    }
    return CompletableFuture.completedStage(!(standing instanceof Seat.Standing.Replaced));
  }

  private boolean back(List<Holder> replaced) {
    replaced.forEach(holder -> nodes.replaced(holder, ticket.holder().claim()));
    if (gone.getAsBoolean()) { // and may have left before it was put back
      seats.release(ticket);
    }
    return true;
  }
}
