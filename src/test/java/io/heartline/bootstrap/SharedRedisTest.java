package io.heartline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.bootstrap.settings.Settings;
import io.heartline.bootstrap.settings.Sources;
import io.heartline.testing.FakeRedis;
import io.heartline.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A node starts without Redis, but not with one that is the wrong one. */
class SharedRedisTest {
  @TempDir
  Path folder;

  private Application application(RedisServer server, String password) throws IOException {
    return application(server.address(), password);
  }

  private Application application(String address, String password) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Path file = Files.writeString(folder.resolve("redis.password"), password + '\n');
    Map<String, String> values = new HashMap<>(Map.of(
        "heartline.store",
        "redis",
        "heartline.api.keys",
        "one-key-for-all",
        "heartline.redis",
        address,
        "heartline.redis.password.file",
        file.toString()));
    Settings settings = Settings.read(new Sources(values::get), false, 1 << 30);
    Outside outside = new Outside();
    return new Application(
        settings, data, Access.open(settings, data, outside, made -> {}), outside);
  }

  private static Stream<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("heartline-"));
  }

  @Test
  void aWrongPasswordEndsTheStartAndLeavesNothing() throws IOException {
    try (RedisServer server =
        RedisServer.startShipped(Files.createDirectory(folder.resolve("redis")))) {
      assertThatThrownBy(() -> application(server, "wrong"))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(
              "heartline.redis.password.file must have the password of the user heartline: Redis at");
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (threads().findAny().isPresent()) {
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
    }
  }

  private void refused(String address, String password, String line) {
    assertThatThrownBy(() -> application(address, password))
        .as(line)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(line);
  }

  /** Each in one line that says what, and nobody is let in meanwhile. */
  @Test
  void aRedisThatIsTheWrongOneEndsTheStart() throws Exception {
    try (RedisServer server =
            RedisServer.startShipped(Files.createDirectory(folder.resolve("redis")));
        Jedis jedis = server.connect();
        FakeRedis old = FakeRedis.ofVersion("6.0.16");
        FakeRedis older = FakeRedis.withoutHello()) {
      jedis.aclSetUser("deaf", "on", ">" + RedisServer.PASSWORD, "~hl:*", "resetchannels", "+@all");
      jedis.aclSetUser("any", "on", ">" + RedisServer.PASSWORD, "~*", "&*", "+@all");
      String at = "127.0.0.1:" + server.port();
      refused(
          "redis://deaf@" + at,
          RedisServer.PASSWORD,
          "heartline.redis must name a user that may write, publish, and use TIME and PUBSUB, by"
              + " EVALSHA with names that begin with hl:, as in deploy/redis/users.acl: Redis at"
              + " redis://" + at + " does not let deaf: ");
      refused(
          "redis://any@" + at + "/99",
          RedisServer.PASSWORD,
          "heartline.redis must name a database that is there: Redis at redis://" + at
              + "/99 has no database 99");
      jedis.flushAll();
      jedis.set("hl:session:1", "x");
      refused(
          server.address(),
          RedisServer.PASSWORD,
          "heartline.redis.prefix must be one that nobody else uses: Redis at redis://" + at
              + " has hl:session:1");
      jedis.flushAll();
      jedis.hset("hl:about", Map.of("layout", "1", "cluster", "other", "partitions", "1"));
      refused(
          server.address(),
          RedisServer.PASSWORD,
          "heartline.redis.prefix must be another one, or heartline.cluster the same: hl:about, in"
              + " Redis at redis://" + at + ", is for the cluster other, this node is of ");
      jedis.hset("hl:about", Map.of("layout", "2", "cluster", "heartline"));
      refused(
          server.address(),
          RedisServer.PASSWORD,
          "heartline.redis.prefix must be another one, or the version of Heartline: hl:about, in"
              + " Redis at redis://" + at + ", has keys with layout 2, this version has 1");
      refused(
          "redis://127.0.0.1:" + old.port(),
          "any",
          "heartline.redis must name Redis 6.2 or newer, or Valkey: the server at 127.0.0.1:"
              + old.port() + " is version 6.0.16");
      refused(
          "redis://somebody@127.0.0.1:" + older.port(),
          "any",
          "heartline.redis must name Redis 6.2 or newer, or Valkey: the server at"
              + " redis://127.0.0.1:" + older.port() + " is older than 6.0");
    }
  }

  @Test
  void aNodeAtAReplicaIsNotReadyUntilThatIsPromoted() throws Exception {
    try (RedisServer primary =
            RedisServer.startShipped(Files.createDirectory(folder.resolve("primary")));
        RedisServer replica = RedisServer.startShipped(
            Files.createDirectory(folder.resolve("replica")),
            "--masteruser",
            "replica",
            "--masterauth",
            "CHANGE-ME-REPLICA",
            "--replicaof",
            "127.0.0.1 " + primary.port());
        Jedis jedis = replica.connect()) {
      Application application = application(replica, RedisServer.PASSWORD);
      application.start();
      try {
        awaitProblem(
            application,
            "heartline.redis must name the primary, or sentinels (redis-sentinel://): the server at"
                + " 127.0.0.1:" + replica.port() + " is a replica");
        jedis.replicaofNoOne();
        awaitProblem(application, "");
      } finally {
        application.stop();
      }
    }
  }

  private static void awaitProblem(Application application, String line)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!application.engine().problem().orElse("").equals(line)) {
      assertThat(System.nanoTime())
          .as(application.engine().problem().orElse("none"))
          .isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  @Test
  void aNodeThatStartsWithoutRedisIsReadyOnceThereIsOne() throws Exception {
    try (RedisServer server =
        RedisServer.startShipped(Files.createDirectory(folder.resolve("redis")))) {
      server.kill();
      Application application = application(server, RedisServer.PASSWORD);
      application.start();
      try {
        assertThat(application.engine().problem()).isPresent();
        server.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (application.engine().problem().isPresent()) {
          assertThat(System.nanoTime()).isLessThan(deadline);
          Thread.sleep(20);
        }
      } finally {
        application.stop();
      }
      assertThat(threads()).isEmpty();
    }
  }
}
