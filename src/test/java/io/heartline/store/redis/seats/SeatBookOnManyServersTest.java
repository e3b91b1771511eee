package io.heartline.store.redis.seats;

import io.heartline.engine.SeatBook;
import io.heartline.engine.SeatBookContract;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.RedisAddress;
import io.heartline.store.redis.RedisOptions;
import io.heartline.testing.RedisClusterServers;
import io.heartline.testing.RedisSentinels;
import io.heartline.testing.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Seats on a Redis Cluster and behind sentinels: the same as on one server. */
class SeatBookOnManyServersTest {
  private abstract static class OnRedis extends SeatBookContract {
    private Redis redis;

    SeatBook open(String address, int partitions, List<RedisServer> servers) {
      for (RedisServer server : servers) {
        try (Jedis jedis = server.connect()) {
          jedis.flushAll();
        }
      }
      redis = new Redis(
          RedisAddress.parse(address),
          new RedisOptions(
              RedisServer.PASSWORD, "hl:", "c", partitions, Duration.ofSeconds(2), 4, 1000),
          System::nanoTime,
          Thread::new);
      return new RedisSeatBook(redis);
    }

    @AfterEach
    void close() {
      redis.close();
    }
  }

  @Nested
  class OnACluster extends OnRedis {
    @TempDir
    static Path folder;

    private static RedisClusterServers servers;

    @BeforeAll
    static void start() throws Exception {
      servers = RedisClusterServers.start(folder);
    }

    @AfterAll
    static void stop() {
      servers.close();
    }

    @Override
    protected SeatBook open() {
      return open(servers.address(), 16, servers.servers());
    }
  }

  @Nested
  class BehindSentinels extends OnRedis {
    @TempDir
    static Path folder;

    private static RedisSentinels servers;

    @BeforeAll
    static void start() throws Exception {
      servers = RedisSentinels.start(folder);
    }

    @AfterAll
    static void stop() {
      servers.close();
    }

    @Override
    protected SeatBook open() {
      return open(servers.address(), 1, List.of(servers.primary()));
    }
  }
}
