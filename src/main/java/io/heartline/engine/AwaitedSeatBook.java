package io.heartline.engine;

import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/**
 * A book of seats for one claim, whose answers come in time or not at all.
 *
 * @param time what all its answers together may take
 */
record AwaitedSeatBook(SeatBook book, WaitingTime time) implements SeatBook {
  @Override
  public CompletionStage<Entry> read(SeatKey key) {
    return time.within(book.read(key));
  }

  @Override
  public CompletionStage<Boolean> replace(SeatKey key, Entry before, Seat after) {
    return time.within(book.replace(key, before, after));
  }

  @Override
  public void sweep() {
    book.sweep();
  }

  @Override
  public OptionalInt size() {
    return book.size();
  }
}
