package io.heartline.store.redis.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Bus;
import io.heartline.engine.Timers;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.RedisAddress;
import io.heartline.store.redis.RedisOptions;
import io.heartline.testing.FakeTime;
import io.heartline.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/** Nodes that talk through a real Redis. Their own time moves when told. */
class RedisBusTest {
  private static final String LEASES = "hl:{0}:nodes";

  private final RedisServer server = RedisServer.shared();
  private final List<Node> nodes = new ArrayList<>();

  /** One node, and what it was told. */
  private final class Node {
    final FakeTime time = new FakeTime();
    final Timers timers = new Timers();
    final Redis redis = new Redis(
        RedisAddress.parse(server.address()),
        new RedisOptions(null, "hl:", "c", 1, Duration.ofSeconds(2), 2, 100),
        time::nanos,
        RedisBusTest::daemon);
    final RedisBus bus;
    final List<String> heard = new CopyOnWriteArrayList<>();
    final List<Bus.Doubt> doubts = new CopyOnWriteArrayList<>();

    Node(String name) {
      bus = new RedisBus(redis, name, timers, time, RedisBusTest::daemon);
      bus.onMessage((from, text) -> heard.add(from + ": " + text));
      bus.onDoubt(doubts::add);
      nodes.add(this);
      bus.start();
      await(() ->
          doubts.containsAll(List.of(Bus.Doubt.RECONNECTED, Bus.Doubt.PAUSED)) && bus.isLeased());
      doubts.clear();
    }

    void pass(Duration by) {
      time.advance(by);
      timers.poll(time.nanos());
    }

    void close() {
      bus.close();
      redis.close();
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  private void await(BooleanSupplier done) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).isNegative();
      nodes.forEach(node -> node.timers.poll(node.time.nanos()));
      Thread.onSpinWait();
    }
  }

  @AfterEach
  void close() {
    nodes.forEach(Node::close);
  }

  @Test
  void aMessageReachesTheNodeItIsForAndNoOther() {
    Node a = new Node("a");
    Node b = new Node("b");
    Node c = new Node("c");
    a.bus.send("b", "hello b\nand more");
    a.bus.sendAll("hello all");
    await(() -> b.heard.size() == 2 && c.heard.size() == 1);
    assertThat(b.heard).containsExactlyInAnyOrder("a: hello b\nand more", "a: hello all");
    assertThat(c.heard).containsExactly("a: hello all");
    c.bus.send("a", "and back");
    await(() -> !a.heard.isEmpty());
    assertThat(a.heard).as("nothing of its own").containsExactly("c: and back");
  }

  @Test
  void aMessageThatIsTooLongIsRefused() {
    Node a = new Node("a");
    assertThatThrownBy(() -> a.bus.sendAll("x".repeat(Bus.MAX_MESSAGE + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 262144 characters: 262145");
  }

  @Test
  void aListenerThatFailsAndAMessageOfAnotherVersionHinderNobody() {
    Node a = new Node("a");
    Node b = new Node("b");
    b.bus.onMessage((from, text) -> {
      throw new IllegalStateException("on purpose");
    });
    List<String> later = new CopyOnWriteArrayList<>();
    b.bus.onMessage((from, text) -> later.add(text));
    try (Jedis jedis = server.connect()) {
      jedis.publish("hl:{0}:to:b", "2 a something new");
      jedis.publish("hl:{0}:to:b", "nonsense");
    }
    a.bus.send("b", "one");
    a.bus.send("b", "two");
    await(() -> later.size() == 2);
    assertThat(b.heard).containsExactlyInAnyOrder("a: one", "a: two");
  }

  @Test
  void whoLivesIsKnownByItsLease() {
    Node a = new Node("a");
    Node b = new Node("b");
    assertThat(b.bus.nodes()).containsExactlyInAnyOrder("a", "b");
    assertThat(a.bus.nodes()).as("not asked since b came").containsExactly("a");
    assertThat(a.bus.look().toCompletableFuture().join()).containsExactlyInAnyOrder("a", "b");
    assertThat(a.bus.nodes()).containsExactlyInAnyOrder("a", "b");
    b.bus.close();
    a.pass(Duration.ofSeconds(5));
    await(() -> a.bus.nodes().equals(Set.of("a")));
    try (Jedis jedis = server.connect()) {
      jedis.zadd(LEASES, 1, "killed");
      jedis.zadd(LEASES, 1e15, "from before the clock was set back");
      assertThat(a.bus.look().toCompletableFuture().join())
          .containsExactlyInAnyOrder("a", "from before the clock was set back");
      double most = Long.parseLong(jedis.time().get(0)) * 1000.0 + 20_000;
      assertThat(jedis.zscore(LEASES, "from before the clock was set back")).isLessThan(most);
      assertThat(jedis.pttl(LEASES)).isPositive();
    }
  }

  @Test
  void aNodeThatStoodStillIsToldBeforeItCountsAsAwake() {
    Node a = new Node("a");
    a.time.advance(Duration.ofSeconds(5));
    assertThat(a.bus.isAwake()).isTrue();
    a.time.advance(Duration.ofSeconds(1));
    assertThat(a.bus.isAwake()).isFalse();
    a.timers.poll(a.time.nanos());
    assertThat(a.bus.isAwake()).isTrue();
    assertThat(a.doubts).containsExactly(Bus.Doubt.PAUSED);
    a.time.jump(Duration.ofSeconds(30)); // a suspended machine
    assertThat(a.bus.isAwake()).isFalse();
    a.pass(Duration.ofSeconds(1));
    assertThat(a.doubts).containsExactly(Bus.Doubt.PAUSED, Bus.Doubt.PAUSED);
  }

  @Test
  void aLeaseThatMayHaveRunOutCountsAgainOnlyAfterTheNodeWasTold() {
    Node a = new Node("a");
    server.freeze();
    try {
      for (int i = 0; i < 15; i++) {
        assertThat(a.bus.isLeased()).isTrue();
        a.pass(Duration.ofSeconds(1));
      }
      assertThat(a.bus.isLeased()).isFalse();
      assertThat(a.doubts).isEmpty();
      a.bus.onDoubt(why -> assertThat(a.bus.isLeased()).isFalse());
    } finally {
      server.thaw();
    }
    await(() -> {
      a.pass(Duration.ofMillis(20));
      LockSupport.parkNanos(5_000_000); // or its time runs ahead of the answers
      return a.bus.isLeased();
    });
    assertThat(a.doubts).contains(Bus.Doubt.PAUSED);
  }

  @Test
  void aLeaseThatRedisLostIsTold() {
    Node a = new Node("a");
    try (Jedis jedis = server.connect()) {
      jedis.flushAll();
    }
    a.pass(Duration.ofSeconds(5));
    await(() -> !a.doubts.isEmpty());
    assertThat(a.doubts).containsExactly(Bus.Doubt.PAUSED);
  }

  @Test
  void aNodeIsToldOnceBothItsNamesAreHeardAgain() {
    Node a = new Node("a");
    Node b = new Node("b");
    try (Jedis jedis = server.connect()) {
      jedis.clientKill(new ClientKillParams().type(ClientType.PUBSUB));
    }
    await(() -> a.doubts.size() == 1 && b.doubts.size() == 1);
    assertThat(a.doubts).containsExactly(Bus.Doubt.RECONNECTED);
    a.bus.send("b", "one");
    a.bus.sendAll("two");
    await(() -> b.heard.size() == 2);
  }
}
