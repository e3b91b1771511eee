package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.FakeTime;
import io.heartline.testing.RecordingLog;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FaultLogTest {
  private final FakeTime time = new FakeTime();
  private final RecordingLog said = new RecordingLog();
  private final FaultLog log = new FaultLog(time::nanos, said);

  private static IllegalStateException here() {
    return new IllegalStateException("as it is to be");
  }

  private static IllegalStateException elsewhere() {
    return new IllegalStateException("as it is to be");
  }

  @Test
  void aFaultIsToldOnceForEachPlaceAndMinuteAndThenCounted() {
    for (int i = 0; i < 1000; i++) {
      log.failed("a command failed", "line " + i, here());
    }
    log.failed("a command failed", "line x", elsewhere());
    log.failed("a request failed", "line y", here());
    assertThat(said.next())
        .containsExactly(
            "ERROR a command failed (line 0)",
            "ERROR a command failed (line x)",
            "ERROR a request failed (line y)");
    time.advance(Duration.ofMinutes(1));
    log.tend();
    assertThat(said.next())
        .singleElement()
        .asString()
        .startsWith("ERROR again within a minute, times 999: a command failed:"
            + " java.lang.IllegalStateException at io.heartline.engine.FaultLogTest.here(");
    log.failed("a command failed", "line 0", here());
    assertThat(said.next()).hasSize(1);
  }
}
