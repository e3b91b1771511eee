package io.heartline.engine;

import io.heartline.model.CloseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One user's seat at one door: who sits, and who yields to a newcomer. It is an immutable value
 * that a {@link SeatBook} keeps. The policy is only here, wherever the book is. Times are epoch
 * milliseconds.
 *
 * @param holders who sits, the longest sitting one first
 * @param lastClaim the highest number given to a claim of this seat so far
 */
public record Seat(List<Holder> holders, Unrest unrest, long lastClaim) {
  /** Nobody sits, nothing is remembered. */
  public static final Seat EMPTY = new Seat(List.of(), Unrest.NONE, 0);

  /**
   * Who wants to sit.
   *
   * @param node where the line is
   * @param line its id
   * @param instance the name that the page gives itself; null for clients that give none
   * @param take whether a user asked for the seat by hand
   */
  record Newcomer(String node, String line, @Nullable String instance, boolean take) {}

  /**
   * What came of asking all holders, for one newcomer, whether they live.
   *
   * @param since the highest claim when they were asked. A holder with a higher one came later than
   *     this newcomer
   * @param silent the holders that did not answer
   */
  record Probed(long since, Set<Holder> silent) {}

  /** What becomes of a newcomer. */
  sealed interface Verdict {
    /**
     * The newcomer sits.
     *
     * @param next the seat from now on
     * @param replaced the holders whose lines must be closed once the book has taken {@code next}
     */
    record Seated(Seat next, Holder holder, List<Holder> replaced) implements Verdict {}

    /** The newcomer would be refused, but first these holders must show that they live. */
    record Probe(List<Holder> holders) implements Verdict {}

    /**
     * The newcomer is refused.
     *
     * @param next the seat from now on
     * @param delayMillis how long a page must wait before it comes back; 0 if it must not come back
     */
    record Refused(Seat next, CloseStatus status, long delayMillis) implements Verdict {}
  }

  /** What is to become of a line that was given a seat, according to the book. */
  sealed interface Standing {
    /** It sits. */
    record Sits() implements Standing {}

    /** It lost the seat to a newer claim. */
    record Replaced() implements Standing {}

    /**
     * The book does not know of it any more, although it has the seat by right.
     *
     * @param next the seat with it
     * @param replaced the older holders that have to yield
     */
    record Back(Seat next, List<Holder> replaced) implements Standing {}
  }

  public Seat {
    holders = List.copyOf(holders);
  }

  /**
   * Decides on a newcomer.
   *
   * @param probed null if nobody was probed for this newcomer yet
   */
  Verdict claim(SeatPolicy policy, Newcomer newcomer, @Nullable Probed probed, long now) {
    Seat seat = new Seat(others(newcomer, probed), unrest.asOf(now), lastClaim);
    Holder predecessor = seat.predecessor(newcomer.instance);
    if (predecessor == null && seat.holders.size() < policy.seats()) {
      return seat.sit(newcomer, List.of(), seat.unrest.sits(newcomer.instance), now);
    }
    if (predecessor == null && !policy.newestWins()) {
      return probed == null
          ? new Verdict.Probe(seat.holders)
          : refuse(seat, CloseStatus.SEAT_LIMIT, 0);
    }
    Holder yielding = predecessor == null ? seat.holders.get(0) : predecessor;
    if (probed != null && yielding.claim() > probed.since) {
      return refuse(seat, CloseStatus.REPLACED, 0); // the holder came while the newcomer waited
    }
    if (predecessor != null) { // the same page again: the seat does not change hands
      return seat.sit(newcomer, List.of(predecessor), seat.unrest, now);
    }
    long holdLeft = newcomer.take ? 0 : seat.unrest.holdLeft(now);
    if (holdLeft > 0) {
      return probed == null
          ? new Verdict.Probe(seat.holders)
          : refuse(seat, CloseStatus.seatHeld(holdLeft), holdLeft);
    }
    Unrest next = seat.unrest.evicts(newcomer.instance, newcomer.take, yielding.instance(), now);
    return seat.sit(newcomer, List.of(yielding), next, now);
  }

  private Verdict refuse(Seat seat, CloseStatus status, long delayMillis) {
    boolean nothingNew = seat.holders.equals(holders);
    return new Verdict.Refused(nothingNew ? this : seat, status, delayMillis);
  }

  /**
   * Decides on a line that was given the seat earlier. The newest claims sit, under every policy:
   * of all that were let in, those are the ones that nobody was let in after. A line has lost the
   * seat only if newer claims fill it, or if its page has a newer one. If it is missing otherwise,
   * the book has lost it.
   */
  Standing standing(SeatPolicy policy, Holder holder) {
    if (holders.contains(holder)) {
      return new Standing.Sits();
    }
    List<Holder> newer =
        holders.stream().filter(h -> h.claim() > holder.claim()).toList();
    boolean samePage = holder.instance() != null
        && newer.stream().anyMatch(h -> holder.instance().equals(h.instance()));
    if (samePage || newer.size() >= policy.seats()) {
      return new Standing.Replaced();
    }
    List<Holder> older = holders.stream()
        .filter(h -> h.claim() < holder.claim() && !h.line().equals(holder.line()))
        .filter(h -> holder.instance() == null || !holder.instance().equals(h.instance()))
        .toList();
    int room = policy.seats() - newer.size() - 1;
    List<Holder> sitting =
        new ArrayList<>(older.subList(Math.max(0, older.size() - room), older.size()));
    sitting.add(holder);
    sitting.addAll(newer);
    List<Holder> replaced = new ArrayList<>(holders);
    replaced.removeAll(sitting);
    Seat next = new Seat(sitting, unrest, Math.max(lastClaim, holder.claim()));
    return new Standing.Back(next, replaced);
  }

  /**
   * Returns the seat without this holder, or the same seat if the holder does not sit there any
   * more.
   */
  Seat release(Holder holder) {
    return holders.contains(holder) ? new Seat(without(List.of(holder)), unrest, lastClaim) : this;
  }

  /** Returns whether nobody sits and nothing has to be remembered. */
  public boolean forgettable(long now) {
    return holders.isEmpty() && unrest.asOf(now).isCalm();
  }

  /**
   * Seats the newcomer. The number of its claim is the time by the clock, but always higher than
   * all before. So numbers grow even when the clock is set back, and none is given twice when a
   * book has lost its latest claims.
   */
  private Verdict sit(Newcomer newcomer, List<Holder> replaced, Unrest next, long now) {
    long claim = Math.max(lastClaim + 1, now);
    Holder holder = new Holder(newcomer.node, newcomer.line, claim, newcomer.instance);
    List<Holder> sitting = without(replaced);
    sitting.add(holder);
    return new Verdict.Seated(new Seat(sitting, next, claim), holder, replaced);
  }

  /**
   * Returns the holders without the silent ones and without the newcomer's own line. That line may
   * be there because a book may have taken a claim without being able to say so.
   */
  private List<Holder> others(Newcomer newcomer, @Nullable Probed probed) {
    List<Holder> others = new ArrayList<>(holders);
    others.removeIf(holder ->
        holder.line().equals(newcomer.line) || (probed != null && probed.silent.contains(holder)));
    return others;
  }

  private List<Holder> without(List<Holder> leaving) {
    List<Holder> staying = new ArrayList<>(holders);
    staying.removeAll(leaving);
    return staying;
  }

  private @Nullable Holder predecessor(@Nullable String instance) {
    return instance == null
        ? null
        : holders.stream()
            .filter(holder -> instance.equals(holder.instance()))
            .findFirst()
            .orElse(null);
  }
}
