package io.heartline.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import redis.clients.jedis.Jedis;

/**
 * A primary, a replica of it and three sentinels, with the files of {@code deploy/redis}: but for
 * addresses and folders, and for a primary that counts as dead sooner.
 */
public final class RedisSentinels implements AutoCloseable {
  private final List<RedisServer> servers = new ArrayList<>();
  private final List<RedisServer> sentinels = new ArrayList<>();

  private RedisSentinels() {}

  /** Starts them, and waits until each sentinel knows all others. */
  public static RedisSentinels start(Path folder) throws IOException {
    RedisSentinels all = new RedisSentinels();
    try {
      all.startAll(folder);
    } catch (IOException | RuntimeException e) {
      all.close();
      throw e;
    }
    return all;
  }

  private void startAll(Path folder) throws IOException {
    String[] login = {"--masteruser", "replica", "--masterauth", "CHANGE-ME-REPLICA"};
    servers.add(RedisServer.startShipped(Files.createDirectory(folder.resolve("one")), login));
    List<String> following = new ArrayList<>(List.of(login));
    following.addAll(List.of("--replicaof", "127.0.0.1 " + primary().port()));
    servers.add(RedisServer.startShipped(
        Files.createDirectory(folder.resolve("two")), following.toArray(String[]::new)));
    for (int i = 0; i < 3; i++) {
      sentinels.add(sentinel(Files.createDirectory(folder.resolve("sentinel" + i))));
    }
    await("the sentinels to know each other", () -> sentinels.stream().allMatch(this::knowsAll));
  }

  private RedisServer sentinel(Path folder) throws IOException {
    int port = RedisServer.freePort();
    Path file = folder.resolve("sentinel.conf");
    Files.writeString(
        file,
        Files.readString(RedisServer.SHIPPED.resolve("sentinel.conf"))
                .replace("port 26379", "port " + port)
                .replace("dir /var/lib/redis", "dir " + folder)
                .replace(
                    "monitor mymaster 10.0.0.11 6379",
                    "monitor mymaster 127.0.0.1 " + primary().port())
                .replace(
                    "down-after-milliseconds mymaster 5000",
                    "down-after-milliseconds mymaster 1000")
                .replace("failover-timeout mymaster 30000", "failover-timeout mymaster 3000")
            + "\nlogfile " + folder.resolve("redis.log") + '\n');
    RedisServer server = new RedisServer(
        folder, port, List.of("redis-server", file.toString(), "--sentinel"), false);
    server.start();
    return server;
  }

  private boolean knowsAll(RedisServer sentinel) {
    try (Jedis jedis = sentinel.connect()) {
      String info = jedis.info("sentinel");
      return info.contains("slaves=1,sentinels=3") && info.contains("status=ok");
    }
  }

  /** Waits, at most a minute. */
  static void await(String what, BooleanSupplier condition) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IOException("waited in vain for " + what);
      }
      RedisServer.pause();
    }
  }

  /** Returns the one that was the primary at the start. */
  public RedisServer primary() {
    return servers.get(0);
  }

  /** Returns the one that was its replica at the start. */
  public RedisServer replica() {
    return servers.get(1);
  }

  public List<RedisServer> sentinels() {
    return List.copyOf(sentinels);
  }

  /** Returns the address as in the settings. */
  public String address() {
    List<String> places =
        sentinels.stream().map(sentinel -> "127.0.0.1:" + sentinel.port()).toList();
    return "redis-sentinel://" + RedisServer.USER + '@' + String.join(",", places) + "/mymaster";
  }

  @Override
  public void close() {
    sentinels.forEach(RedisServer::close);
    servers.forEach(RedisServer::close);
  }
}
