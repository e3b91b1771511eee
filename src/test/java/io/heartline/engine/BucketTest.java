package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Rate;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Time is a number here; it begins where its sums overflow. */
class BucketTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long START = Long.MAX_VALUE - SECOND / 2;

  private final Bucket bucket = new Bucket(new Rate(10, 30), START);

  @Test
  void aBurstGoesThroughAndThenSoManyASecond() {
    for (int i = 0; i < 30; i++) {
      assertThat(bucket.take(1, START)).isZero();
    }
    assertThat(bucket.take(1, START)).isEqualTo(SECOND / 10);
    assertThat(bucket.take(1, START + SECOND / 10)).isZero();
    assertThat(bucket.take(1, START + SECOND / 10)).isEqualTo(SECOND / 10);
    assertThat(bucket.take(20, START + 3 * SECOND)).isZero();
  }

  @Test
  void whatWasRefusedCostsNothing() {
    bucket.take(30, START);
    for (int i = 0; i < 100; i++) {
      assertThat(bucket.take(10, START)).isEqualTo(SECOND);
    }
    assertThat(bucket.take(10, START + SECOND)).isZero();
  }

  @Test
  void aRestFillsItNoFurtherThanFull() {
    bucket.take(30, START);
    long later = START + 1000 * SECOND;
    assertThat(bucket.take(30, later)).isZero();
    assertThat(bucket.take(1, later)).isPositive();
  }

  @Test
  void whatIsLargerThanTheBucketWaitsUntilItIsFull() {
    assertThat(bucket.take(100, START)).isZero();
    assertThat(bucket.take(1, START)).isEqualTo(7 * SECOND + SECOND / 10);
    assertThat(bucket.take(100, START + 9 * SECOND)).isEqualTo(SECOND);
    assertThat(bucket.take(100, START + 10 * SECOND)).isZero();
  }

  @Test
  void debtsArePaidInTheOrderInWhichTheyWereMade() {
    assertThat(bucket.spend(30, START)).isZero();
    assertThat(bucket.spend(10, START)).isEqualTo(SECOND);
    assertThat(bucket.spend(10, START)).isEqualTo(2 * SECOND);
    bucket.spend(-10, START);
    assertThat(bucket.spend(10, START)).isEqualTo(2 * SECOND);
  }

  @Test
  void withoutALimitNothingWaits() {
    Bucket free = new Bucket(Rate.UNLIMITED, START);
    assertThat(free.take(Long.MAX_VALUE, START)).isZero();
    assertThat(free.spend(Long.MAX_VALUE, START)).isZero();
    assertThat(free.isFull(START)).isTrue();
  }

  /** Whatever is asked for and whenever: no more goes through than the rate and one burst. */
  @RepeatedTest(20)
  void noMoreGoesThroughThanTheRateAllows() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Rate rate = new Rate(1 + random.nextInt(1_000_000), 1 + random.nextInt(1_000_000));
    Bucket random1 = new Bucket(rate, START);
    long now = START;
    long taken = 0;
    for (int i = 0; i < 10_000; i++) {
      now += (long) (random.nextDouble() * random.nextInt(3) * SECOND / 1000);
      long amount = 1 + random.nextInt((int) rate.burst());
      long wait = random1.take(amount, now);
      if (wait == 0) {
        taken += amount;
      } else if (random.nextInt(10) == 0) {
        now += wait;
        assertThat(random1.take(amount, now)).as("seed %s", seed).isZero();
        taken += amount;
      }
      double allowed = rate.burst() + rate.perSecond() * ((now - START) / 1e9);
      assertThat((double) taken).as("seed %s", seed).isLessThanOrEqualTo(allowed + 1 + i * 1e-3);
    }
  }
}
