package io.heartline.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

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
    try (Move move = begin(key, to)) {
      move.rest();
      move.end();
    }
  }

  /** Begins to move the slot of a key to another server. */
  public Move begin(String key, RedisServer to) {
    return new Move(owner(key), to, String.valueOf(JedisClusterCRC16.getSlot(key)));
  }

  /** Returns a server that does not have a key. */
  public RedisServer other(String key) {
    RedisServer owner = owner(key);
    return servers.stream().filter(one -> one != owner).findFirst().orElseThrow();
  }

  /** A slot on its way from one server to another. Its keys go one by one. */
  public static final class Move implements AutoCloseable {
    private final RedisServer to;
    private final String slot;
    private final Jedis source;
    private final Jedis target;

    private Move(RedisServer from, RedisServer to, String slot) {
      this.to = to;
      this.slot = slot;
      source = from.connect();
      target = to.connect();
      target.sendCommand(Command.CLUSTER, "SETSLOT", slot, "IMPORTING", source.clusterMyId());
      source.sendCommand(Command.CLUSTER, "SETSLOT", slot, "MIGRATING", target.clusterMyId());
    }

    /** Moves one key, if it is there. */
    public void take(String key) {
      source.sendCommand(
          Command.MIGRATE,
          "127.0.0.1",
          String.valueOf(to.port()),
          key,
          "0",
          "5000",
          "AUTH2",
          "admin",
          "CHANGE-ME-ADMIN");
    }

    /** Returns the keys that have not gone yet, or many of them. */
    public List<String> left() {
      List<String> keys = new ArrayList<>();
      for (Object key :
          (List<?>) source.sendCommand(Command.CLUSTER, "GETKEYSINSLOT", slot, "100")) {
        keys.add(new String((byte[]) key, UTF_8));
      }
      return keys;
    }

    /** Moves all that is left. */
    public void rest() {
      for (List<String> keys = left(); !keys.isEmpty(); keys = left()) {
        keys.forEach(this::take);
      }
    }

    /** The slot belongs to the other server now. */
    public void end() {
      String id = target.clusterMyId();
      target.sendCommand(Command.CLUSTER, "SETSLOT", slot, "NODE", id);
      source.sendCommand(Command.CLUSTER, "SETSLOT", slot, "NODE", id);
    }

    @Override
    public void close() {
      source.close();
      target.close();
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
