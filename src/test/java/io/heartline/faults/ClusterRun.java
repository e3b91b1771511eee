package io.heartline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.nginx.Configuration;
import io.heartline.nginx.NginxInFront;
import io.heartline.nginx.SelfSigned;
import io.heartline.testing.Json;
import io.heartline.testing.Network;
import io.heartline.testing.RunningCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Two nodes on one Redis behind nginx, a crowd of clients on both, and what happens to them,
 * decided by a seed.
 */
final class ClusterRun implements AutoCloseable {
  private static final int NODES = 2;
  private static final Duration SETTLING = Duration.ofMinutes(2);

  private final Random random;
  private final History history = new History();
  private final Map<String, Integer> faults = new TreeMap<>();
  private final RunningCluster cluster;
  private final NginxInFront nginx;
  private final Network front;
  private final Crowd crowd;
  private final Scene scene;

  /** After how long all were back at most, by what had happened; in ms. */
  private final Map<String, Long> back = new TreeMap<>();

  ClusterRun(Path folder, long seed) throws IOException {
    random = new Random(seed);
    cluster = RunningCluster.start(
        folder,
        NODES,
        NginxInFront::freePort,
        "heartline.demo=true",
        "heartline.beat=1s",
        "heartline.grace=2s",
        "heartline.probe=1s",
        "heartline.drain.window=1s",
        "heartline.retain.count=1000000",
        "heartline.retain.bytes=200MiB",
        "heartline.stomp.send=" + MixedClients.DESTINATION + '=' + MixedClients.CHANNEL);
    SelfSigned tls = SelfSigned.make(folder);
    int port = NginxInFront.freePort();
    nginx = NginxInFront.start(
        folder,
        Configuration.cluster(
            folder,
            port,
            tls,
            "upstream-cluster-spread.conf",
            cluster.node(0).port(),
            cluster.node(1).port()),
        port);
    front = new Network(port);
    crowd = new Crowd(front.port(), tls, cluster.node(0), RunningCluster.KEY, history, random);
    scene = new Scene(cluster, nginx, front, random);
  }

  History history() {
    return history;
  }

  /** Lets clients of every protocol read too, and those of STOMP send. */
  MixedClients mix() throws IOException, InterruptedException {
    return crowd.mix(cluster.node(0));
  }

  /**
   * Breaks something so many times, with a while of peace before each, and waits each time until
   * all clients are back.
   */
  void breakThings(int times, List<ClusterFault> which) throws IOException, InterruptedException {
    for (int i = 0; i < times; i++) {
      scene.pause(500, 2_000);
      ClusterFault fault = which.get(random.nextInt(which.size()));
      fault.happen(scene);
      faults.merge(fault.name(), 1, Integer::sum);
      try {
        back.merge(fault.name(), crowd.awaitBack(SETTLING), Math::max);
      } catch (AssertionError e) {
        throw new AssertionError("after " + fault.name() + ", fault " + faults, e);
      }
      crowd.pressUseHere();
    }
  }

  /**
   * Lets all come to rest and reads what was kept; after it the history can be judged, and all can
   * go on.
   */
  List<Checker.Violation> judge() throws IOException, InterruptedException {
    crowd.finishPublishing(SETTLING);
    crowd.awaitBack(SETTLING);
    for (String channel : Crowd.CHANNELS) {
      LogReader.read(
          cluster.node(scene.anyNode()),
          channel,
          history,
          "Authorization",
          "Bearer " + RunningCluster.KEY);
      assertThat(head(0, channel)).as("the head of %s", channel).isEqualTo(head(1, channel));
    }
    crowd.awaitRead(SETTLING);
    crowd.lookWhoSitsWhere(SETTLING);
    return Checker.judge(history);
  }

  private String head(int node, String channel) throws IOException {
    return Json.field(cluster.node(node).get("api/position?channel=" + channel).body(), channel);
  }

  /** Lets publishers publish again. */
  void goOn() {
    crowd.publish();
  }

  Scene scene() {
    return scene;
  }

  /** Returns how many gaps readers were told of. */
  long gaps() {
    return crowd.gaps();
  }

  /** Returns the run's totals in one line. */
  String totals() {
    return "faults " + faults.values().stream().mapToInt(n -> n).sum() + ' ' + faults
        + ", ms until all were back at most " + back + ", " + crowd.totals();
  }

  @Override
  public void close() {
    crowd.close();
    front.close();
    nginx.close();
    cluster.close();
  }
}
