package io.heartline.bootstrap;

import io.heartline.model.TimeSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The machine's clocks. Nothing else reads them. */
final class SystemTime implements TimeSource {
  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long epochMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }
}
