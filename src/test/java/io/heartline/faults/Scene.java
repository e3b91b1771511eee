package io.heartline.faults;

import io.heartline.nginx.NginxInFront;
import io.heartline.testing.Network;
import io.heartline.testing.RunningCluster;
import java.util.Random;

/**
 * What can be broken of a cluster.
 *
 * @param front between the clients and nginx
 */
record Scene(RunningCluster cluster, NginxInFront nginx, Network front, Random random) {
  /** Returns the index of one of the nodes. */
  int anyNode() {
    return random.nextInt(cluster.size());
  }

  /** Lets things go on for a while. */
  void pause(int minMillis, int maxMillis) throws InterruptedException {
    Thread.sleep(minMillis + random.nextInt(maxMillis - minMillis));
  }
}
