package io.heartline.engine;

import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/**
 * Where seats are kept: a port, behind which they may be in this process or shared by several
 * nodes. It knows no rules. It keeps each seat as one value, and changes it only for a caller that
 * knows the current value. It is called under no lock and answers under none.
 */
public interface SeatBook {
  /**
   * A seat as it was read.
   *
   * @param seat {@link Seat#EMPTY} if the book has none
   * @param nowMillis the time by the book's wall clock (epoch milliseconds), one for all who share
   *     the book; it may jump
   */
  record Entry(Seat seat, long nowMillis) {}

  /** Returns the seat; the stage fails if the book cannot say now. */
  CompletionStage<Entry> read(SeatKey key);

  /**
   * Puts {@code after} in place of what was read.
   *
   * @return false, and nothing is changed, if the seat no longer equals what was read, or if that
   *     was read too long ago: read again. If the stage fails, nobody knows whether it was changed
   */
  CompletionStage<Boolean> replace(SeatKey key, Entry before, Seat after);

  /** Drops what is {@linkplain Seat#forgettable forgettable}; called about once a minute. */
  void sweep();

  /** Returns how many seats are taken or remembered; empty if it does not count them. */
  OptionalInt size();
}
