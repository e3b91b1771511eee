package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.FakeTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemorySeatBookTest {
  private static final SeatKey KEY = new SeatKey("line", Rig.ANN);

  private final FakeTime time = new FakeTime();
  private final MemorySeatBook book = new MemorySeatBook(time);

  private SeatBook.Entry read() {
    return book.read(KEY).toCompletableFuture().join();
  }

  private boolean replace(SeatBook.Entry before, Seat after) {
    return book.replace(KEY, before, after).toCompletableFuture().join();
  }

  private Seat taken(SeatBook.Entry entry, String instance) {
    Seat.Newcomer newcomer = new Seat.Newcomer("n", "line " + instance, instance, false);
    return ((Seat.Verdict.Seated)
            entry.seat().claim(SeatPolicy.NEWEST, newcomer, null, entry.nowMillis()))
        .next();
  }

  private Seat left(SeatBook.Entry entry) {
    return entry.seat().release(entry.seat().holders().get(0));
  }

  @Test
  void oneOfTwoWhoReadTheSameIsTurnedDown() {
    SeatBook.Entry empty = read();
    assertThat(replace(empty, taken(empty, "x"))).isTrue();
    assertThat(replace(empty, taken(empty, "y"))).isFalse();
    SeatBook.Entry both = read();
    assertThat(replace(both, taken(both, "z"))).isTrue();
    assertThat(replace(both, left(both))).isFalse();
    assertThat(read().seat().holders())
        .singleElement()
        .satisfies(holder -> assertThat(holder.instance()).isEqualTo("z"));
  }

  @Test
  void whoLeavesForGoodLeavesNothingBehind() {
    SeatBook.Entry empty = read();
    replace(empty, taken(empty, "x"));
    assertThat(book.size()).isEqualTo(1);
    SeatBook.Entry taken = read();
    assertThat(replace(taken, left(taken))).isTrue();
    assertThat(book.size()).isZero();
    assertThat(replace(taken, left(taken))).isFalse();
    assertThat(replace(read(), Seat.EMPTY)).isTrue();
  }

  @Test
  void anEvictionIsRememberedForAMinuteAndSweptThen() {
    replace(read(), taken(read(), "x"));
    replace(read(), taken(read(), "y"));
    replace(read(), left(read()));
    book.sweep();
    assertThat(book.size()).isEqualTo(1);
    time.advance(Duration.ofSeconds(61));
    book.sweep();
    assertThat(book.size()).isZero();
  }

  @Test
  void aSweepLeavesWhoSits() {
    replace(read(), taken(read(), "x"));
    time.advance(Duration.ofDays(1));
    book.sweep();
    assertThat(book.size()).isEqualTo(1);
  }
}
