package io.heartline.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A Redis Cluster of three primaries, with the users of {@code deploy/redis}. */
public final class RedisClusterServers implements AutoCloseable {
  private final List<RedisServer> servers = new ArrayList<>();

  private RedisClusterServers() {}

  /** Starts them and joins them. */
  public static RedisClusterServers start(Path folder) throws IOException, InterruptedException {
    RedisClusterServers all = new RedisClusterServers();
    try {
      for (int i = 0; i < 3; i++) {
        all.servers.add(server(Files.createDirectory(folder.resolve("primary" + i))));
      }
      all.join();
    } catch (IOException | RuntimeException e) {
      all.close();
      throw e;
    }
    return all;
  }

  private static RedisServer server(Path folder) throws IOException {
    int port = RedisServer.lowFreePort();
    RedisServer server = new RedisServer(
        folder,
        port,
        List.of(
            "redis-server",
            RedisServer.shippedFile(folder).toString(),
            "--port",
            String.valueOf(port),
            "--bind",
            "127.0.0.1",
            "--cluster-enabled",
            "yes",
            "--cluster-node-timeout",
            "2000",
            "--logfile",
            folder.resolve("redis.log").toString()),
        true);
    server.start();
    return server;
  }

  private void join() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(
        "redis-cli",
        "--user",
        "admin",
        "--pass",
        "CHANGE-ME-ADMIN",
        "--no-auth-warning",
        "--cluster-yes",
        "--cluster",
        "create"));
    servers.forEach(server -> command.add("127.0.0.1:" + server.port()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException("the servers did not join: " + said);
    }
    RedisSentinels.await(
        "the cluster",
        () -> servers.stream().allMatch(server -> {
          try (Jedis jedis = server.connect()) {
            return jedis.clusterInfo().contains("cluster_state:ok");
          }
        }));
  }

  public List<RedisServer> servers() {
    return List.copyOf(servers);
  }

  /** Returns the server that has a key. */
  public RedisServer owner(String key) {
    int slot = JedisClusterCRC16.getSlot(key);
    for (RedisServer server : servers) {
      try (Jedis jedis = server.connect()) {
        String myself = jedis
            .clusterNodes()
            .lines()
            .filter(line -> line.contains("myself"))
            .findFirst()
            .orElseThrow();
        for (String part : myself.split(" ")) {
          if (part.matches("\\d+(-\\d+)?") && myself.indexOf(" connected") < myself.indexOf(part)) {
            String[] ends = part.split("-");
            if (Integer.parseInt(ends[0]) <= slot
                && slot <= Integer.parseInt(ends[ends.length - 1])) {
              return server;
            }
          }
        }
      }
    }
    throw new AssertionError("nobody has slot " + slot);
  }

  /** Moves the slot of a key to another server, with all that is in it, as a resharding does. */
  public void move(String key, RedisServer to) {
    RedisServer from = owner(key);
    String slot = String.valueOf(JedisClusterCRC16.getSlot(key));
    try (Jedis source = from.connect();
        Jedis target = to.connect()) {
      String sourceId = source.clusterMyId();
      String targetId = target.clusterMyId();
      target.sendCommand(Command.CLUSTER, "SETSLOT", slot, "IMPORTING", sourceId);
      source.sendCommand(Command.CLUSTER, "SETSLOT", slot, "MIGRATING", targetId);
      while (true) {
        List<?> keys = (List<?>) source.sendCommand(Command.CLUSTER, "GETKEYSINSLOT", slot, "100");
        if (keys.isEmpty()) {
          break;
        }
        for (Object one : keys) {
          source.sendCommand(
              Command.MIGRATE,
              "127.0.0.1",
              String.valueOf(to.port()),
              new String((byte[]) one),
              "0",
              "5000",
              "AUTH2",
              "admin",
              "CHANGE-ME-ADMIN");
        }
      }
      target.sendCommand(Command.CLUSTER, "SETSLOT", slot, "NODE", targetId);
      source.sendCommand(Command.CLUSTER, "SETSLOT", slot, "NODE", targetId);
    }
  }

  /** Returns the address as in the settings. */
  public String address() {
    List<String> places =
        servers.stream().map(server -> "127.0.0.1:" + server.port()).toList();
    return "redis-cluster://" + RedisServer.USER + '@' + String.join(",", places);
  }

  @Override
  public void close() {
    servers.forEach(RedisServer::close);
  }
}
