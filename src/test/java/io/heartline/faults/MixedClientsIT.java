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
 * Clients of all protocols at one channel, which HTTP and STOMP publish to, and the faults of
 * {@link FaultsIT}: each misses nothing silently, gets nothing twice, and all get it in the same
 * order. Repeat a run with {@code -Dheartline.faults.seed=}, make it longer with
 * {@code -Dheartline.faults=}.
 */
class MixedClientsIT {
  @TempDir
  Path folder;

  @Test
  void eachClientGetsTheSameInTheSameOrder() throws IOException, InterruptedException {
    long seed = Long.getLong("heartline.faults.seed", System.nanoTime());
    int faults = Integer.getInteger("heartline.faults", 8);
    System.out.println("-Dheartline.faults.seed=" + seed + " -Dheartline.faults=" + faults);
    try (FaultRun run = new FaultRun(folder, seed, "file")) {
      run.mix();
      run.breakThings(faults, Fault.values());
      run.settle();
      List<Violation> violations = Checker.judge(run.history());
      System.out.println(run.totals() + ", violations " + violations.size());
      assertThat(violations).as("seed %s", seed).isEmpty();
      assertThat(run.gaps()).as("all is retained, so nothing is a gap").isZero();
    }
  }

  /** What forgets is found out, and each client is told of it in its own protocol. */
  @Test
  void eachClientIsToldThatAStoreHasForgotten() throws IOException, InterruptedException {
    try (FaultRun run = new FaultRun(folder, 1, "memory")) {
      MixedClients clients = run.mix();
      run.breakThings(1, Fault.KILLED);
      run.settle();
      assertThat(Checker.judge(run.history()))
          .extracting(Violation::promise)
          .contains(Promise.ACKNOWLEDGED_IS_KEPT)
          .doesNotContain(Promise.NO_SILENT_GAP, Promise.IN_STEP, Promise.APPLIED_ONCE);
      assertThat(clients.withoutGap()).isEmpty();
    }
  }
}
