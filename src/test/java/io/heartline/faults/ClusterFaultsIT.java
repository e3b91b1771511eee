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
 * Runs with faults on two nodes, judged. Repeat one with {@code -Dheartline.faults.seed=}, make it
 * longer with {@code -Dheartline.faults=}.
 */
class ClusterFaultsIT {
  /** After so many faults all comes to rest and is judged. */
  private static final int ROUND = 10;

  private static final List<ClusterFault> FAULTS = List.of(
      new ClusterFault.NodeKilled(),
      new ClusterFault.NodeStopped(),
      new ClusterFault.NodeFrozen(),
      new ClusterFault.NodeFrozenLong(),
      new ClusterFault.RollingUpgrade(),
      new ClusterFault.RedisKilled(),
      new ClusterFault.RedisFrozen(),
      new ClusterFault.ListeningCut(),
      new ClusterFault.AskingCut(),
      new ClusterFault.NodeCutOff(),
      new ClusterFault.WayToRedisSilent(),
      new ClusterFault.NginxReloaded(),
      new ClusterFault.ClientsCut(),
      new ClusterFault.ClientsSilent());

  private final long seed = Long.getLong("heartline.faults.seed", System.nanoTime());

  @TempDir
  Path folder;

  @Test
  void nothingIsLostNothingComesTwice() throws IOException, InterruptedException {
    int faults = Integer.getInteger("heartline.faults", 12);
    System.out.println("-Dheartline.faults.seed=" + seed + " -Dheartline.faults=" + faults);
    try (ClusterRun run = new ClusterRun(folder, seed)) {
      for (int left = faults; left > 0; left -= ROUND) {
        run.breakThings(Math.min(left, ROUND), FAULTS);
        List<Violation> violations = run.judge();
        System.out.println(run.totals() + ", violations " + violations.size());
        assertThat(violations).as("seed %s", seed).isEmpty();
        assertThat(run.gaps()).as("all is retained, so nothing is a gap").isZero();
        run.goOn();
      }
    }
  }

  /**
   * What the replica lacks is lost, and nobody who has read it is left in the belief that it is so.
   */
  @Test
  void whatAFailoverLosesIsToldAsAGap() throws IOException, InterruptedException {
    System.out.println("-Dheartline.faults.seed=" + seed);
    try (ClusterRun run = new ClusterRun(folder, seed)) {
      run.mix();
      run.breakThings(1, List.of(new ClusterFault.FailoverToALaggingReplica()));
      List<Violation> violations = run.judge();
      System.out.println(run.totals() + ", acknowledged and lost " + violations.size());
      assertThat(violations)
          .as("seed %s", seed)
          .isNotEmpty()
          .allMatch(violation -> violation.promise() == Promise.ACKNOWLEDGED_IS_KEPT);
      assertThat(run.gaps()).isPositive();
    }
  }

  @Test
  void eachClientGetsTheSameInTheSameOrder() throws IOException, InterruptedException {
    int faults = Integer.getInteger("heartline.faults", 6);
    System.out.println("-Dheartline.faults.seed=" + seed + " -Dheartline.faults=" + faults);
    try (ClusterRun run = new ClusterRun(folder, seed)) {
      run.mix();
      run.breakThings(faults, FAULTS);
      List<Violation> violations = run.judge();
      System.out.println(run.totals() + ", violations " + violations.size());
      assertThat(violations).as("seed %s", seed).isEmpty();
      assertThat(run.gaps()).as("all is retained, so nothing is a gap").isZero();
    }
  }
}
