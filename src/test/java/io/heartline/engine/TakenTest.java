package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Position;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TakenTest {
  private static final Position START = at(0);

  private static Position at(long offset) {
    return new Position("e", offset, 10 * offset);
  }

  private static Position next(long offset) {
    return new Position("f", offset, 10 * offset);
  }

  @Test
  void oneAfterTheOtherMovesThePlace() {
    Taken taken = new Taken(true, START);
    assertThat(taken.take(at(1), null)).isTrue();
    assertThat(taken.upTo()).isEqualTo(at(1));
    taken.take(at(3), null);
    taken.take(at(4), null);
    taken.take(at(4), null);
    assertThat(taken.upTo()).isEqualTo(at(1));
    taken.take(at(2), null);
    assertThat(taken.upTo()).isEqualTo(at(4));
    taken.take(at(2), null);
    assertThat(taken.upTo()).isEqualTo(at(4));
  }

  @Test
  void anAcknowledgementForAllBeforeNeverMovesBack() {
    Taken taken = new Taken(false, START);
    taken.take(at(7), null);
    taken.take(at(3), null);
    assertThat(taken.upTo()).isEqualTo(at(7));
  }

  /** The place is always where the first is missing, in whatever order they come. */
  @Test
  void anyOrderLeadsToTheSamePlace() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Taken taken = new Taken(true, START);
      TreeSet<Long> missing = new TreeSet<>();
      for (long i = 1; i <= 60; i++) {
        missing.add(i);
      }
      for (int i = 0; i < 150; i++) {
        long offset = 1 + random.nextInt(60);
        missing.remove(offset);
        assertThat(taken.take(at(offset), null)).isTrue();
        long first = missing.isEmpty() ? 61 : missing.first();
        assertThat(taken.upTo()).as("seed %s", seed).isEqualTo(at(first - 1));
      }
    }
  }

  @Test
  void aGapCountsAsAMessage() {
    Taken taken = new Taken(true, at(5));
    taken.take(at(21), at(20));
    assertThat(taken.upTo()).as("the gap is not acknowledged").isEqualTo(at(5));
    taken.take(at(20), at(20));
    assertThat(taken.upTo()).isEqualTo(at(21));
  }

  @Test
  void whatBeganWithAGapHasNoPlaceBeforeThatIsAcknowledged() {
    Taken taken = new Taken(true, null);
    taken.take(at(21), at(20));
    assertThat(taken.upTo()).isNull();
    taken.take(at(20), at(20));
    assertThat(taken.upTo()).isEqualTo(at(21));
  }

  @Test
  void aLogThatBeginsAnewIsResumedAfterItsGap() {
    Taken taken = new Taken(true, at(5));
    taken.take(at(7), null);
    taken.take(next(3), next(2));
    assertThat(taken.upTo()).isEqualTo(at(5));
    taken.take(next(2), next(2));
    assertThat(taken.upTo()).isEqualTo(next(3));
  }

  @Test
  void whatIsKeptIsBounded() {
    Taken taken = new Taken(true, START);
    for (int i = 1; i <= Taken.MAX_RUNS; i++) {
      assertThat(taken.take(at(2L * i), null)).isTrue();
    }
    assertThat(taken.take(at(2L * Taken.MAX_RUNS + 2), null)).isFalse();
    for (int i = 1; i <= Taken.MAX_RUNS; i++) {
      assertThat(taken.take(at(2L * i - 1), null)).as("fills a hole").isTrue();
    }
    assertThat(taken.upTo()).isEqualTo(at(2L * Taken.MAX_RUNS));
  }
}
