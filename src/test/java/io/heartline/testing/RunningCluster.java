package io.heartline.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import redis.clients.jedis.Jedis;

/**
 * The nodes of a cluster, each the packed WAR as a process of its own, and the {@code redis-server}
 * that they share, each by a network of its own. Each can be killed and started again where it was.
 */
public final class RunningCluster implements AutoCloseable {
  /** The key that all nodes know. */
  public static final String KEY = "one-key-for-all-nodes-of-the-test";

  private final Path folder;
  private final RedisServer redis;
  private final List<List<String>> properties = new ArrayList<>();
  private final List<RunningWar> nodes = new ArrayList<>();
  private final List<Network> waysToRedis = new ArrayList<>();
  private final List<AutoCloseable> replicas = new ArrayList<>();

  private RunningCluster(Path folder, RedisServer redis) {
    this.folder = folder;
    this.redis = redis;
  }

  /**
   * Starts the nodes one after the other, with a Redis that writes each command to its file.
   *
   * @param ports gives a free one each time
   * @param properties of each node; {@code %d} in them is the number of the node, from 1
   */
  public static RunningCluster start(
      Path folder, int nodes, IntSupplier ports, String... properties) throws IOException {
    Path data = folder.resolve("redis");
    Files.createDirectories(data);
    // Not everysec as shipped: on a slow disk that answers before it writes, and a kill loses it.
    RedisServer redis =
        RedisServer.start(data, "--appendonly", "yes", "--appendfsync", "always", "--save", "");
    RunningCluster cluster = new RunningCluster(folder, redis);
    try {
      for (int i = 0; i < nodes; i++) {
        Network way = new Network(redis.port());
        cluster.waysToRedis.add(way);
        List<String> own = new ArrayList<>(List.of(
            "heartline.port=" + ports.getAsInt(),
            "heartline.api.keys=" + KEY,
            "heartline.api.scopes=publish,read,drain,disconnect",
            "heartline.store=redis",
            "heartline.redis=redis://127.0.0.1:" + way.port()));
        for (String property : properties) {
          own.add(property.replace("%d", String.valueOf(i + 1)));
        }
        cluster.properties.add(own);
        cluster.nodes.add(cluster.startNode(i));
      }
    } catch (IOException | AssertionError e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private RunningWar startNode(int index) throws IOException {
    share("cookie.key", index);
    return RunningWar.start(
        folder.resolve("node" + (index + 1)), properties.get(index).toArray(new String[0]));
  }

  /** Copies what all nodes must have the same from the first one. */
  private void share(String file, int index) throws IOException {
    Path first = folder.resolve("node1").resolve("data").resolve(file);
    Path here = folder.resolve("node" + (index + 1)).resolve("data").resolve(file);
    if (Files.exists(first) && !Files.exists(here)) {
      Files.createDirectories(here.getParent());
      Files.copy(first, here, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  public RedisServer redis() {
    return redis;
  }

  public int size() {
    return nodes.size();
  }

  /** @param index from 0 */
  public RunningWar node(int index) {
    return nodes.get(index);
  }

  /** Returns what lies between a node and Redis. */
  public Network wayToRedis(int index) {
    return waysToRedis.get(index);
  }

  /** Starts a node that has ended, where it was. */
  public void startAgain(int index) throws IOException {
    nodes.set(index, startNode(index));
  }

  /**
   * Loses the primary, and a replica that has not heard of the last while takes its place, where
   * all nodes find it. Happens once: afterwards {@link #redis} is dead.
   *
   * @param lagMillis how long the primary takes publications that the replica never hears of
   */
  public void failOverToALaggingReplica(long lagMillis) throws IOException, InterruptedException {
    Network link = new Network(redis.port());
    Path data = Files.createDirectories(folder.resolve("replica"));
    RedisServer replica = RedisServer.start(
        data, "--save", "", "--replicaof", "127.0.0.1", String.valueOf(link.port()));
    replicas.add(link);
    replicas.add(replica);
    try (Jedis jedis = replica.connect()) {
      while (!jedis.info("replication").contains("master_link_status:up")) {
        Thread.sleep(20);
      }
      link.stall();
      Thread.sleep(lagMillis);
      redis.kill();
      jedis.replicaofNoOne();
      jedis.configSet("port", String.valueOf(redis.port()));
    }
  }

  @Override
  public void close() {
    if (redis.isAlive()) {
      redis.thaw();
    }
    for (RunningWar node : nodes) {
      if (node.isAlive()) {
        node.kill(); // it may be frozen, and nobody looks at how it ends
      }
    }
    waysToRedis.forEach(Network::close);
    redis.close();
    for (AutoCloseable replica : replicas) {
      try {
        replica.close();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }
}
