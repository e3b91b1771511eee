package io.heartline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.faults.Checker.Promise;
import io.heartline.faults.Checker.Violation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run with faults, judged. Repeat one with {@code -Dheartline.faults.seed=}, make it longer with
 * {@code -Dheartline.faults=}.
 */
class FaultsIT {
  @TempDir
  Path folder;

  @Test
  void nothingIsLostNothingComesTwice() throws IOException, InterruptedException {
    long seed = Long.getLong("heartline.faults.seed", System.nanoTime());
    int faults = Integer.getInteger("heartline.faults", 20);
    System.out.println("-Dheartline.faults.seed=" + seed + " -Dheartline.faults=" + faults);
    try (FaultRun run = new FaultRun(folder, seed, "file")) {
      run.breakThings(faults, Fault.values());
      run.settle();
      List<Violation> violations = Checker.judge(run.history());
      System.out.println(run.totals() + ", violations " + violations.size());
      assertThat(violations).as("seed %s", seed).isEmpty();
      assertThat(run.gaps()).as("all is retained, so nothing is a gap").isZero();
    }
  }

  /** What forgets is found out: this is the run that shows that the other one would notice. */
  @Test
  void aStoreThatForgetsIsFoundOut() throws IOException, InterruptedException {
    try (FaultRun run = new FaultRun(folder, 1, "memory")) {
      run.breakThings(1, Fault.KILLED);
      run.settle();
      assertThat(Checker.judge(run.history()))
          .extracting(Violation::promise)
          .contains(Promise.ACKNOWLEDGED_IS_KEPT);
      assertThat(run.gaps()).isPositive();
    }
  }
}
