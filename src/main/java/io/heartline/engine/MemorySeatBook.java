package io.heartline.engine;

import io.heartline.model.TimeSource;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** The seats of a single node, in memory; answers at once. Thread-safe. */
final class MemorySeatBook implements SeatBook {
  private final TimeSource time;

  /** Never holds {@link Seat#EMPTY}: a user who left for good leaves nothing behind. */
  private final Map<SeatKey, Seat> seats = new ConcurrentHashMap<>();

  MemorySeatBook(TimeSource time) {
    this.time = time;
  }

  @Override
  public CompletionStage<Entry> read(SeatKey key) {
    return CompletableFuture.completedStage(
        new Entry(seats.getOrDefault(key, Seat.EMPTY), nowMillis()));
  }

  @Override
  public CompletionStage<Boolean> replace(SeatKey key, Entry before, Seat after) {
    return CompletableFuture.completedStage(
        after.forgettable(before.nowMillis())
            ? remove(key, before.seat())
            : put(key, before.seat(), after));
  }

  private boolean put(SeatKey key, Seat before, Seat after) {
    return before.equals(Seat.EMPTY)
        ? seats.putIfAbsent(key, after) == null
        : seats.replace(key, before, after);
  }

  private boolean remove(SeatKey key, Seat before) {
    return before.equals(Seat.EMPTY) ? !seats.containsKey(key) : seats.remove(key, before);
  }

  @Override
  public void sweep() {
    long now = nowMillis();
    seats.forEach((key, seat) -> {
      if (seat.forgettable(now)) {
        seats.remove(key, seat);
      }
    });
  }

  @Override
  public OptionalInt size() {
    return OptionalInt.of(seats.size());
  }

  private long nowMillis() {
    return time.epochMicros() / 1000;
  }
}
