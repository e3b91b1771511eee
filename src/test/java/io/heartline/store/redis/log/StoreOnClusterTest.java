package io.heartline.store.redis.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Draft;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.testing.RedisClusterServers;
import io.heartline.testing.RedisSentinels;
import io.heartline.testing.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/** The store where channels are on several servers, and where the primary may change. */
class StoreOnClusterTest {
  private static final int CHANNELS = 40;

  @TempDir
  Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private StoreNode node(String address, int partitions) {
    StoreNode node = new StoreNode(address, partitions, Duration.ofSeconds(2), StoreNode.REAL);
    open.add(node);
    return node;
  }

  private static void await(BooleanSupplier done) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  /** Publishes to all channels at once, again with the same ids until all have it. */
  private static List<Position> toAll(StoreNode node, String data) throws InterruptedException {
    List<Draft> drafts = new ArrayList<>();
    for (int c = 0; c < CHANNELS; c++) {
      drafts.add(new Draft(new ChannelName("c" + c), data, data));
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try {
        return node.store.append(drafts).toCompletableFuture().join();
      } catch (CompletionException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }

  @Test
  void aCallForManyChannelsReachesThemOnAllServersAndEachReaderOnAnyNode() throws Exception {
    RedisClusterServers servers = RedisClusterServers.start(folder);
    open.add(servers);
    StoreNode a = node(servers.address(), 16);
    StoreNode b = node(servers.address(), 16);
    await(() -> a.store.problem().isEmpty() && b.store.problem().isEmpty());
    List<StoreNode.Reader> readers = new ArrayList<>();
    for (int c = 0; c < CHANNELS; c++) {
      readers.add(b.read("c" + c, new From.Now()));
    }
    for (int i = 0; i < 20; i++) {
      List<Position> positions = toAll(i % 2 == 0 ? a : b, String.valueOf(i));
      assertThat(positions).hasSize(CHANNELS);
      assertThat(positions).extracting(Position::offset).containsOnly(i + 1L);
      assertThat(toAll(a, String.valueOf(i))).as("the same ids").isEqualTo(positions);
      if (i % 5 == 4) {
        for (RedisServer server : servers.servers()) {
          try (Jedis jedis = server.connect()) {
            jedis.clientKill(ClientKillParams.clientKillParams().type(ClientType.PUBSUB));
          }
        }
      }
    }
    for (StoreNode.Reader reader : readers) {
      await(() -> reader.data().size() == 20);
      assertThat(reader.gaps()).isEmpty();
    }
    long holding =
        servers.servers().stream().filter(server -> holdsKeys(server)).count();
    assertThat(holding).as("channels are on several servers").isGreaterThan(1);
  }

  private static boolean holdsKeys(RedisServer server) {
    try (Jedis jedis = server.connect()) {
      return jedis.dbSize() > 0;
    }
  }

  /** The replica has everything, so nobody misses anything. */
  @Test
  void afterAFailoverBySentinelsReadersGoOn() throws Exception {
    RedisSentinels servers = RedisSentinels.start(folder);
    open.add(servers);
    StoreNode a = node(servers.address(), 1);
    StoreNode b = node(servers.address(), 1);
    StoreNode.Reader there = b.read("c0", new From.Now());
    toAll(a, "1");
    await(() -> there.data().size() == 1);
    try (Jedis primary = servers.primary().connect()) {
      primary.getConnection().setSoTimeout(60_000); // a replica may still be loading
      assertThat(primary.waitReplicas(1, 50_000)).isEqualTo(1);
    }
    servers.primary().kill();
    toAll(a, "2");
    toAll(b, "3");
    await(() -> there.data().size() == 3);
    assertThat(there.data()).containsExactly("1", "2", "3");
    assertThat(there.gaps()).isEmpty();
  }
}
