package io.heartline.faults;

import io.heartline.testing.Network;
import io.heartline.testing.RunningCluster;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.http.HttpRequest;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/** Something that is broken in a cluster, and whole again when it has happened. */
@FunctionalInterface
interface ClusterFault {
  void happen(Scene scene) throws IOException, InterruptedException;

  /** Returns what it is called in reports. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** {@code kill -9} of a node, and a start after a while. */
  final class NodeKilled implements ClusterFault {
    @Override
    public void happen(Scene scene) throws IOException, InterruptedException {
      int node = scene.anyNode();
      scene.cluster().node(node).kill();
      scene.pause(0, 3_000);
      scene.cluster().startAgain(node);
    }
  }

  /** A node is asked to end, as service managers do, and started. */
  final class NodeStopped implements ClusterFault {
    @Override
    public void happen(Scene scene) throws IOException {
      int node = scene.anyNode();
      scene.cluster().node(node).stop();
      scene.cluster().startAgain(node);
    }
  }

  /** A node stands still for seconds: shorter than its lease. */
  final class NodeFrozen implements ClusterFault {
    @Override
    public void happen(Scene scene) throws IOException, InterruptedException {
      RunningWar node = scene.cluster().node(scene.anyNode());
      node.signal("STOP");
      scene.pause(200, 5_000);
      node.signal("CONT");
    }
  }

  /** A node stands still for longer than its lease: the others take it for dead. */
  final class NodeFrozenLong implements ClusterFault {
    @Override
    public void happen(Scene scene) throws IOException, InterruptedException {
      RunningWar node = scene.cluster().node(scene.anyNode());
      node.signal("STOP");
      scene.pause(16_000, 20_000);
      node.signal("CONT");
    }
  }

  /** A new version: one node after the other is drained, stopped and started. */
  final class RollingUpgrade implements ClusterFault {
    @Override
    public void happen(Scene scene) throws IOException, InterruptedException {
      for (int node = 0; node < scene.cluster().size(); node++) {
        RunningWar server = scene.cluster().node(node);
        RunningWar.send(HttpRequest.newBuilder(server.http("api/drain?window=1"))
            .header("Authorization", "Bearer " + RunningCluster.KEY)
            .POST(HttpRequest.BodyPublishers.noBody()));
        scene.pause(1_000, 2_000);
        server.stop();
        scene.cluster().startAgain(node);
      }
    }
  }

  /** {@code kill -9} of Redis, and a start after a while. */
  final class RedisKilled implements ClusterFault {
    @Override
    public void happen(Scene scene) throws IOException, InterruptedException {
      scene.cluster().redis().kill();
      scene.pause(0, 4_000);
      scene.cluster().redis().start();
    }
  }

  /** Redis stands still for seconds. */
  final class RedisFrozen implements ClusterFault {
    @Override
    public void happen(Scene scene) throws InterruptedException {
      scene.cluster().redis().freeze();
      scene.pause(200, 8_000);
      scene.cluster().redis().thaw();
    }
  }

  /**
   * Redis dies, and a replica that lacks the last seconds takes its place. What it lacks is lost,
   * so this belongs into a run of its own. Happens once in a run.
   */
  final class FailoverToALaggingReplica implements ClusterFault {
    @Override
    public void happen(Scene scene) throws IOException, InterruptedException {
      scene.cluster().failOverToALaggingReplica(500 + scene.random().nextInt(2_000));
    }
  }

  /** Redis cuts all connections by which nodes listen. */
  final class ListeningCut implements ClusterFault {
    @Override
    public void happen(Scene scene) {
      kill(scene, ClientType.PUBSUB);
    }
  }

  /** Redis cuts all connections by which nodes ask. */
  final class AskingCut implements ClusterFault {
    @Override
    public void happen(Scene scene) {
      kill(scene, ClientType.NORMAL);
    }
  }

  private static void kill(Scene scene, ClientType type) {
    try (Jedis redis = scene.cluster().redis().connect()) {
      redis.clientKill(new ClientKillParams().type(type));
    }
  }

  /** One node does not reach Redis for a while, and the other does. */
  final class NodeCutOff implements ClusterFault {
    @Override
    public void happen(Scene scene) throws InterruptedException {
      Network way = scene.cluster().wayToRedis(scene.anyNode());
      way.refuse(true);
      way.cut();
      scene.pause(500, 8_000);
      way.refuse(false);
    }
  }

  /** All connections from one node to Redis fall silent, and neither end is told. */
  final class WayToRedisSilent implements ClusterFault {
    @Override
    public void happen(Scene scene) {
      scene.cluster().wayToRedis(scene.anyNode()).stall();
    }
  }

  /** nginx reads its files again. */
  final class NginxReloaded implements ClusterFault {
    @Override
    public void happen(Scene scene) throws IOException {
      scene.nginx().reload();
    }
  }

  /** All connections of clients are cut. */
  final class ClientsCut implements ClusterFault {
    @Override
    public void happen(Scene scene) {
      scene.front().cut();
    }
  }

  /** All connections of clients fall silent, and neither end is told. */
  final class ClientsSilent implements ClusterFault {
    @Override
    public void happen(Scene scene) {
      scene.front().stall();
    }
  }
}
