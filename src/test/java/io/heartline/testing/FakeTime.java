package io.heartline.testing;

import io.heartline.model.TimeSource;
import java.time.Duration;

/** Time that stands still until told. Begins late on the nanosecond scale, where sums overflow. */
public final class FakeTime implements TimeSource {
  private volatile long nanos = Long.MAX_VALUE - Duration.ofSeconds(100).toNanos();
  private volatile long epochMicros = 1_700_000_000_000_000L;

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public long epochMicros() {
    return epochMicros;
  }

  public void advance(Duration by) {
    nanos += by.toNanos();
    epochMicros += by.toNanos() / 1000;
  }

  /** Sets the wall clock alone back or forth, as an operator or NTP does. */
  public void jump(Duration by) {
    epochMicros += by.toNanos() / 1000;
  }
}
