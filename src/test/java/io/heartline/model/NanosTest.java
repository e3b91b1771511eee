package io.heartline.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NanosTest {
  private static final long MOST = Nanos.LONGEST.toNanos();

  @Test
  void aSpanIsNeverLongerThanTheLongest() {
    assertThat(Nanos.of(Duration.ofSeconds(2))).isEqualTo(2_000_000_000);
    assertThat(Nanos.of(Duration.ofMillis(Long.MAX_VALUE))).isEqualTo(MOST);
    assertThat(Nanos.of(Duration.ofSeconds(2), 3)).isEqualTo(6_000_000_000L);
    assertThat(Nanos.of(Nanos.LONGEST, 9)).isEqualTo(MOST);
    assertThat(Nanos.of(Duration.ofDays(1), Long.MAX_VALUE)).isEqualTo(MOST);
    assertThat(Nanos.of(Duration.ZERO, 9)).isZero();
  }

  @Test
  void theLongestAfterAnyMomentIsLater() {
    for (long now : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE - 1, Long.MAX_VALUE}) {
      assertThat(now + MOST - now).isPositive();
      assertThat(now + MOST - (now - MOST)).as("also as seen from long ago").isPositive();
    }
  }
}
