package io.heartline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten times what is allowed, of everything that is bounded in a time: honest lines lose nothing.
 * How long publications took is printed, since it depends on the machine; a longer run with
 * {@code -Dheartline.overload.seconds=} says more.
 */
class OverloadIT {
  @TempDir
  Path folder;

  @Test
  void honestLinesLoseNothing() throws IOException, InterruptedException {
    long seconds = Long.getLong("heartline.overload.seconds", 5);
    long nanos = TimeUnit.SECONDS.toNanos(seconds);
    try (OverloadRun run = new OverloadRun(folder)) {
      run.pulse().measure(TimeUnit.SECONDS.toNanos(2)); // what is new is slow
      Pulse.Times quiet = run.pulse().measure(nanos);
      run.overload();
      Pulse.Times loud = run.pulse().measure(nanos);
      run.settle();
      System.out.printf(
          "quiet: %s%nloud:  %s%np99 %.1f times the quiet one; -Dheartline.overload.seconds=%d%n%s%n",
          quiet, loud, loud.millis(0.99) / quiet.millis(0.99), seconds, run.totals());
      assertThat(Checker.judge(run.history())).isEmpty();
    }
  }
}
