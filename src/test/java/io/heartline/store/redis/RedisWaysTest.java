package io.heartline.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RedisClusterServers;
import io.heartline.testing.RedisSentinels;
import io.heartline.testing.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.JedisClusterCRC16;

/** One primary, Sentinel and Redis Cluster, with the users of the files for operators. */
class RedisWaysTest {
  @TempDir
  Path folder;

  /** What is asked and what is heard, then closed: nothing of it stays. */
  private static void useAndClose(Ways ways, int partition) throws Exception {
    String name = ways.redis.keys(partition) + "h:news";
    Set<Thread> others = threads();
    Ears ears = new Ears();
    Subscriptions subscriptions = ways.subscriptions(partition);
    subscriptions.subscribe(name, ears);
    Ways.await("the subscription", () -> ears.subscribed.get() == 1);
    ways.say(name, "one");
    ways.redis
        .later(() -> ways.count(ways.redis.keys(partition) + "n"))
        .toCompletableFuture()
        .join();
    Ways.await("the news", () -> ears.heard.contains("one"));
    assertThat(ways.redis.problem()).isEmpty();
    subscriptions.close();
    ways.close();
    Ways.await("its threads to end", () -> ways.threads().isEmpty());
    Set<Thread> left = threads();
    left.removeAll(others);
    assertThat(left).as("threads that somebody else has started").isEmpty();
    assertThat(ways.log.said).noneMatch(line -> line.contains(RedisServer.PASSWORD));
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .filter(thread -> !thread.getName().startsWith("ForkJoin"))
        .filter(thread -> !thread.getName().equals("process reaper"))
        .collect(Collectors.toSet());
  }

  @Test
  void onePrimary() throws Exception {
    try (RedisServer server = RedisServer.startShipped(folder)) {
      useAndClose(Ways.shipped(server.address()), 0);
    }
  }

  @Test
  void sentinelsAreAskedWhereThePrimaryIsAndFollowedWhenItMoves() throws Exception {
    try (RedisSentinels sentinels = RedisSentinels.start(folder)) {
      useAndClose(Ways.shipped(sentinels.address()), 0);
      try (Ways ways = Ways.shipped(sentinels.address())) {
        Ears ears = new Ears();
        Subscriptions subscriptions = ways.subscriptions(0);
        subscriptions.subscribe("hl:{0}:h:news", ears);
        Ways.await("the subscription", () -> ears.subscribed.get() == 1);
        ways.count("hl:{0}:n");
        sentinels.sentinels().get(0).freeze(); // one of three is silent
        sentinels.primary().kill();
        Ways.await("the new primary", () -> ways.count("hl:{0}:n") > 0);
        Ways.await("the subscription there", () -> ears.subscribed.get() >= 2);
        ways.say("hl:{0}:h:news", "after");
        Ways.await("the news", () -> ears.heard.contains("after"));
        try (Jedis replica = sentinels.replica().connect()) {
          assertThat(replica.get("hl:{0}:n")).isNotNull();
        }
        assertThat(ways.redis.problem()).isEmpty();
        subscriptions.close();
      }
    }
  }

  /** It answers, and says that it is a replica now. */
  @Test
  void aPrimaryThatWasDemotedIsLeftAtOnce() throws Exception {
    try (RedisSentinels sentinels = RedisSentinels.start(folder);
        Ways ways = Ways.shipped(sentinels.address());
        Jedis sentinel = sentinels.sentinels().get(0).connect()) {
      Ears ears = new Ears();
      Subscriptions subscriptions = ways.subscriptions(0);
      subscriptions.subscribe("hl:{0}:h:news", ears);
      Ways.await("the subscription", () -> ears.subscribed.get() == 1);
      ways.count("hl:{0}:other");
      sentinel.sentinelFailover("mymaster");
      RedisServer promoted = sentinels.replica();
      Ways.await(
          "the failover",
          () -> asked(promoted, jedis -> jedis.info("replication")).contains("role:master"));
      Ways.await("the new primary", () -> {
        ways.count("hl:{0}:n");
        return asked(promoted, jedis -> jedis.exists("hl:{0}:n"));
      });
      Ways.await("the subscription there", () -> {
        ways.say("hl:{0}:h:news", "after");
        return ears.heard.contains("after")
            && asked(promoted, jedis -> jedis.pubsubNumSub("hl:{0}:h:news")).containsValue(1L);
      });
      subscriptions.close();
    }
  }

  /** Each time on a connection of its own: a failover ends them. */
  private static <T> T asked(RedisServer server, Function<Jedis, T> question) {
    try (Jedis jedis = server.connect()) {
      return question.apply(jedis);
    } catch (JedisConnectionException e) {
      return asked(server, question);
    }
  }

  @Test
  void aPrimaryThatSentinelsDoNotKnowIsTold() throws Exception {
    try (RedisSentinels sentinels = RedisSentinels.start(folder);
        Ways ways = Ways.shipped(sentinels.address().replace("/mymaster", "/other"))) {
      assertThat(ways.redis.lastingProblem().orElse(""))
          .startsWith("heartline.redis must end in the name of a primary that its sentinels know")
          .endsWith(" know none named other");
    }
  }

  private static RedisOptions sixteen() {
    return new RedisOptions(
        RedisServer.PASSWORD, "hl:", "heartline", 16, Duration.ofSeconds(2), 4, 100);
  }

  @Test
  void theServersOfAClusterHaveTheirPartsAndAPartMayMove() throws Exception {
    try (RedisClusterServers cluster = RedisClusterServers.start(folder)) {
      for (int i = 0; i < 16; i += 5) {
        useAndClose(new Ways(cluster.address(), sixteen()), i);
      }
      try (Ways ways = new Ways(cluster.address(), sixteen())) {
        String name = "hl:{3}:h:news";
        Ears ears = new Ears();
        Subscriptions subscriptions = ways.subscriptions(3);
        subscriptions.subscribe(name, ears);
        Ways.await("the subscription", () -> ears.subscribed.get() == 1);
        long before = ways.count("hl:{3}:n");
        RedisServer from = cluster.owner("hl:{3}:n");
        RedisServer to = cluster.servers().stream()
            .filter(server -> server != from)
            .findFirst()
            .orElseThrow();
        cluster.move("hl:{3}:n", to);
        assertThat(ways.count("hl:{3}:n")).isEqualTo(before + 1);
        Ways.await("the subscription there", () -> ears.subscribed.get() >= 2);
        assertThat(ears.lost.get()).isPositive();
        ways.say(name, "after");
        Ways.await("the news", () -> ears.heard.contains("after"));
        assertThat(ways.log.said).isEmpty();
        subscriptions.close();
      }
    }
  }

  /** What is half moved is at the new server if it is not at the old one. */
  @Test
  void aKeyIsAskedForWhereItIsWhileItsPartMoves() throws Exception {
    try (RedisClusterServers cluster = RedisClusterServers.start(folder);
        Ways ways = new Ways(cluster.address(), sixteen())) {
      ways.count("hl:{3}:other");
      RedisServer from = cluster.owner("hl:{3}:n");
      RedisServer to =
          cluster.servers().stream().filter(one -> one != from).findFirst().orElseThrow();
      try (Jedis source = from.connect();
          Jedis target = to.connect()) {
        String slot = String.valueOf(JedisClusterCRC16.getSlot("hl:{3}:"));
        target.sendCommand(Command.CLUSTER, "SETSLOT", slot, "IMPORTING", source.clusterMyId());
        source.sendCommand(Command.CLUSTER, "SETSLOT", slot, "MIGRATING", target.clusterMyId());
        assertThat(ways.count("hl:{3}:n")).as("a new key").isEqualTo(1);
        assertThat(ways.count("hl:{3}:n")).isEqualTo(2);
        assertThat(ways.count("hl:{3}:other")).as("one that has not moved").isEqualTo(2);
      }
    }
  }

  @Test
  void aServerOfAClusterThatIsAwayTakesOnlyItsPartsWithIt() throws Exception {
    try (RedisClusterServers cluster = RedisClusterServers.start(folder);
        Ways ways = new Ways(
            cluster.address(),
            new RedisOptions(
                RedisServer.PASSWORD, "hl:", "heartline", 16, Duration.ofMillis(500), 4, 100))) {
      for (int i = 0; i < 16; i++) {
        ways.count("hl:{" + i + "}:n");
      }
      RedisServer frozen = cluster.owner("hl:{0}:n");
      int other = 1;
      while (cluster.owner("hl:{" + other + "}:n") == frozen) {
        other++;
      }
      frozen.freeze();
      Ways.await("it to be missed", () -> {
        try {
          ways.count("hl:{0}:n");
          return false;
        } catch (RedisAway e) {
          return !e.refused() && ways.redis.away(0).isPresent();
        }
      });
      assertThat(ways.redis.away()).isPresent();
      assertThat(ways.redis.away(other)).isEmpty();
      frozen.thaw();
      Ways.await(
          "it to be back", () -> ways.redis.ping() && ways.redis.problem().isEmpty());
      assertThat(ways.count("hl:{0}:n")).isPositive();
    }
  }
}
