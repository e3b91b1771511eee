package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.FakeTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemorySeatBookTest extends SeatBookContract {
  private final FakeTime time = new FakeTime();

  @Override
  protected SeatBook open() {
    return new MemorySeatBook(time);
  }

  private int size() {
    return book.size().orElseThrow();
  }

  @Test
  void whoLeavesForGoodLeavesNothingBehind() {
    SeatBook.Entry empty = read();
    replace(empty, taken(empty, "x"));
    assertThat(size()).isEqualTo(1);
    SeatBook.Entry taken = read();
    assertThat(replace(taken, left(taken))).isTrue();
    assertThat(size()).isZero();
    assertThat(replace(taken, left(taken))).isFalse();
    assertThat(replace(read(), Seat.EMPTY)).isTrue();
  }

  @Test
  void anEvictionIsRememberedForAMinuteAndSweptThen() {
    replace(read(), taken(read(), "x"));
    replace(read(), taken(read(), "y"));
    replace(read(), left(read()));
    book.sweep();
    assertThat(size()).isEqualTo(1);
    time.advance(Duration.ofSeconds(61));
    book.sweep();
    assertThat(size()).isZero();
  }

  @Test
  void aSweepLeavesWhoSits() {
    replace(read(), taken(read(), "x"));
    time.advance(Duration.ofDays(1));
    book.sweep();
    assertThat(size()).isEqualTo(1);
  }
}
