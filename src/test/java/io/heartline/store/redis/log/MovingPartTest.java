package io.heartline.store.redis.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Store;
import io.heartline.log.From;
import io.heartline.testing.RedisClusterServers;
import io.heartline.testing.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A Redis Cluster moves a slot key by key. Scripts change several keys, and must never run where
 * some are here and others there.
 */
class MovingPartTest {
  private static final int CHANNELS = 12;

  @TempDir
  Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private RedisClusterServers servers;
  private StoreNode a;
  private StoreNode b;

  @BeforeEach
  void open() throws Exception {
    servers = RedisClusterServers.start(folder);
    open.add(servers);
    a = node();
    b = node();
    await(() -> a.store.problem().isEmpty() && b.store.problem().isEmpty());
  }

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private StoreNode node() {
    StoreNode node = new StoreNode(servers.address(), 1, Duration.ofSeconds(2), StoreNode.REAL);
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

  /** Returns whether it was answered. It may have been refused, but for no other reason. */
  private static boolean publish(StoreNode node, String channel, String data) {
    try {
      node.publish(channel, data, channel + data);
      return true;
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(Store.Unavailable.class);
      return false;
    }
  }

  private static void publishSurely(StoreNode node, String channel, String data)
      throws InterruptedException {
    await(() -> publish(node, channel, data));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"all names old ids idq", "c:c0", "l:c0", "ids", "idq", "names", "all", "c:c0 l:c0"
      })
  void aPublishWhileSomeKeysHaveGoneIsRefusedOrDone(String gone) throws Exception {
    StoreNode.Reader reader = b.read("c0", new From.Now());
    publishSurely(a, "c0", "1");
    publishSurely(a, "c1", "1");
    boolean early;
    boolean unborn;
    try (RedisClusterServers.Move move = servers.begin("hl:{0}:", servers.other("hl:{0}:"))) {
      for (String key : gone.split(" ")) {
        move.take("hl:{0}:" + key);
      }
      early = publish(a, "c0", "2");
      unborn = publish(a, "new", "1");
      a.store.sweep();
      move.rest();
      move.end();
    }
    publishSurely(b, "c0", "2");
    publishSurely(b, "c0", "3");
    publishSurely(b, "new", "1");
    await(() -> reader.data().contains("3"));
    assertThat(reader.data()).as("answered meanwhile: %s", early).containsExactly("1", "2", "3");
    assertThat(reader.gaps()).isEmpty();
    assertThat(b.read("new", new From.Last(10)).data())
        .as("answered meanwhile: %s", unborn)
        .containsExactly("1");
    assertThat(b.read("c1", new From.Last(10)).data()).containsExactly("1");
  }

  @Test
  void nothingIsLostOrDoubledUnderLoadWhileItMovesToAndFro() throws Exception {
    List<StoreNode.Reader> readers = new ArrayList<>();
    for (int c = 0; c < CHANNELS; c++) {
      readers.add(b.read("c" + c, new From.Now()));
    }
    AtomicInteger rounds = new AtomicInteger();
    AtomicInteger stopAfter = new AtomicInteger(Integer.MAX_VALUE);
    ExecutorService publishers = Executors.newFixedThreadPool(CHANNELS);
    open.add(publishers::shutdownNow);
    List<CompletableFuture<Integer>> published = new ArrayList<>();
    for (int c = 0; c < CHANNELS; c++) {
      String channel = "c" + c;
      StoreNode node = c % 2 == 0 ? a : b;
      published.add(CompletableFuture.supplyAsync(
          () -> {
            try {
              int i = 0;
              while (i < stopAfter.get()) {
                publishSurely(node, channel, String.valueOf(++i));
                rounds.incrementAndGet();
              }
              return i;
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          },
          publishers));
    }
    Random random = new Random(1);
    for (int i = 0; i < 6; i++) {
      int before = rounds.get();
      await(() -> rounds.get() > before + 5 * CHANNELS);
      move(servers.other("hl:{0}:"), random);
    }
    stopAfter.set(0);
    for (int c = 0; c < CHANNELS; c++) {
      int count = published.get(c).get(60, TimeUnit.SECONDS);
      List<String> all = new ArrayList<>();
      for (int i = 1; i <= count; i++) {
        all.add(String.valueOf(i));
      }
      StoreNode.Reader reader = readers.get(c);
      await(() -> reader.data().size() >= count || !reader.gaps().isEmpty());
      assertThat(reader.gaps()).as("c%d", c).isEmpty();
      assertThat(reader.data()).as("c%d", c).isEqualTo(all);
    }
  }

  private void move(RedisServer to, Random random) throws InterruptedException {
    try (RedisClusterServers.Move move = servers.begin("hl:{0}:", to)) {
      for (List<String> keys = move.left(); !keys.isEmpty(); keys = move.left()) {
        Collections.shuffle(keys, random);
        for (String key : keys) {
          move.take(key);
          Thread.sleep(random.nextInt(20));
        }
      }
      move.end();
    }
  }

  /** A cluster that lacks a server takes nothing, wherever the part is. */
  @Test
  void whileTheClusterIsDownEverythingIsRefusedAndRepeatedLater() throws Exception {
    StoreNode.Reader reader = b.read("c0", new From.Now());
    publishSurely(a, "c0", "1");
    RedisServer other = servers.other("hl:{0}:");
    other.kill();
    int[] next = {2};
    await(() -> {
      if (publish(a, "c0", String.valueOf(next[0]))) {
        next[0]++;
        return false;
      }
      return true;
    });
    other.start();
    publishSurely(a, "c0", String.valueOf(next[0]));
    await(() -> reader.data().size() >= next[0]);
    List<String> all = new ArrayList<>();
    for (int i = 1; i <= next[0]; i++) {
      all.add(String.valueOf(i));
    }
    assertThat(reader.data()).isEqualTo(all);
    assertThat(reader.gaps()).isEmpty();
  }
}
