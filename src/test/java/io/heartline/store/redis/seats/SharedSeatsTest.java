package io.heartline.store.redis.seats;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Connection;
import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.engine.Limits;
import io.heartline.engine.Line;
import io.heartline.engine.Outgoing;
import io.heartline.engine.SeatPolicy;
import io.heartline.engine.Timers;
import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import io.heartline.protocol.json.JsonProtocol;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.RedisAddress;
import io.heartline.store.redis.RedisOptions;
import io.heartline.store.redis.nodes.RedisBus;
import io.heartline.testing.Arrivals;
import io.heartline.testing.Engines;
import io.heartline.testing.FakeTime;
import io.heartline.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** One seat on two nodes that share a real Redis. Their time moves while the test waits. */
class SharedSeatsTest {
  private static final User ANN = new User("ann");
  private static final String KEY = "hl:{0}:seat:line:ann";

  @TempDir
  Path folder;

  private RedisServer server;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Page> pages = new ArrayList<>();
  private Node one;
  private Node two;

  /** A node whose orders may be lost. */
  private final class Node {
    final FakeTime time = new FakeTime();
    final Timers timers = new Timers();
    final Redis redis = new Redis(
        RedisAddress.parse(server.address()),
        new RedisOptions(null, "hl:", "c", 1, Duration.ofSeconds(2), 4, 1000),
        time::nanos,
        SharedSeatsTest::daemon);
    final RedisBus bus;
    final Engine engine = Engines.idle(time);

    Node(String name) {
      bus = new RedisBus(redis, name, timers, time, SharedSeatsTest::daemon);
      engine.join(bus, new RedisSeatBook(redis));
      engine.limits(limits());
      engine.start();
      bus.start();
    }

    /** Lines live for long: much time passes here. */
    private Limits limits() {
      Limits few = engine.limits();
      Duration hours = Duration.ofHours(4);
      return new Limits(
          Duration.ofSeconds(10),
          few.probe(),
          Duration.ofMinutes(1),
          few.noProgress(),
          few.closing(),
          few.channels(),
          few.messageBytes(),
          few.writeChars(),
          hours,
          hours,
          few.drain(),
          few.lines(),
          few.flow());
    }

    void close() {
      engine.close();
      bus.close();
      redis.close();
    }
  }

  /** A page that answers beats. */
  private static final class Page implements Connection {
    private volatile Line line;
    private volatile boolean beat;
    volatile boolean welcomed;
    volatile CloseStatus closed;

    @Override
    public void write(Outgoing outgoing, Mode mode, Done done) {
      for (String text : outgoing.texts()) {
        welcomed |= text.contains("welcome");
        beat |= text.contains("{\"beat\":");
      }
      done.done(null);
    }

    void answer() {
      if (beat && closed == null) {
        beat = false;
        line.received("{\"beat\":1}");
      }
    }

    @Override
    public void close(CloseStatus status) {
      closed = status;
    }

    @Override
    public void cut(CloseStatus status) {
      closed = status;
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  private Page page(Node node, String instance) {
    Door door = new Door(
        "line",
        new JsonProtocol(),
        SeatPolicy.NEWEST,
        Duration.ofSeconds(25),
        null,
        user -> List.of());
    Page page = new Page();
    page.line = node.engine.open(door, page, Arrivals.of(ANN)).orElseThrow();
    pages.add(page);
    page.line.received("{\"hello\":{\"instance\":\"" + instance + "\"}}");
    await(() -> page.welcomed);
    return page;
  }

  private void await(BooleanSupplier done) {
    await(Duration.ZERO, 20, done);
  }

  /** Waits until something is so; moves time on between looks. */
  private void await(Duration step, int seconds, BooleanSupplier done) {
    long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).isNegative();
      for (Node node : nodes) {
        node.time.advance(step);
        node.timers.poll(node.time.nanos());
        node.engine.timers().poll(node.time.nanos());
      }
      pages.forEach(Page::answer);
      LockSupport.parkNanos(5_000_000);
    }
  }

  @BeforeEach
  void open() throws IOException {
    server = RedisServer.start(folder, "--save", "", "--appendonly", "no");
    one = new Node("one");
    two = new Node("two");
    nodes.addAll(List.of(one, two));
    await(
        Duration.ofMillis(5), // or nothing that failed would be tried again
        20,
        () -> nodes.stream().allMatch(node -> node.bus.nodes().size() == 2 || look(node)));
  }

  private static boolean look(Node node) {
    node.bus.look();
    return false;
  }

  @AfterEach
  void close() {
    nodes.forEach(Node::close);
    server.close();
  }

  /** Nobody hears anybody, and nobody knows. */
  private void loseOrders() {
    try (Jedis jedis = server.connect()) {
      jedis.aclSetUser("default", "-publish");
    }
  }

  private void restart() throws IOException {
    server.kill();
    server.start();
  }

  private String book() {
    try (Jedis jedis = server.connect()) {
      String text = jedis.get(KEY);
      return text == null ? "" : text;
    }
  }

  @Test
  void theOlderOfTwoTabsIsClosedAtOnce() {
    Page old = page(one, "a");
    Page young = page(two, "b");
    await(() -> old.closed != null);
    assertThat(old.closed).isEqualTo(CloseStatus.REPLACED);
    assertThat(young.closed).isNull();
    assertThat(book()).contains("=b");
  }

  @Test
  void aLostOrderIsMadeUpForWithinTheRound() {
    Page old = page(one, "a");
    loseOrders();
    Page young = page(two, "b");
    long before = one.time.nanos();
    await(Duration.ofMillis(500), 60, () -> old.closed != null);
    assertThat(old.closed).isEqualTo(CloseStatus.REPLACED);
    assertThat(Duration.ofNanos(one.time.nanos() - before))
        .as("time of the node, not of the clock")
        .isLessThan(Duration.ofSeconds(65));
    assertThat(young.closed).isNull();
  }

  @Test
  void afterARestartOfRedisThatLostAllTheNewestOfTwoStaysAndIsInTheBook() throws IOException {
    Page old = page(one, "a");
    loseOrders();
    Page young = page(two, "b");
    restart();
    assertThat(book()).isEmpty();
    await(Duration.ofMillis(10), 60, () -> old.closed != null);
    assertThat(old.closed).isEqualTo(CloseStatus.REPLACED);
    await(() -> book().contains("=b"));
    assertThat(book()).doesNotContain("=a");
    assertThat(young.closed).isNull();
  }

  @Test
  void linesStayWhileRedisIsAwayAndNewOnesAreToldToComeBack() throws IOException {
    Page old = page(one, "a");
    server.kill();
    Page young = new Page();
    Door door = new Door(
        "line",
        new JsonProtocol(),
        SeatPolicy.NEWEST,
        Duration.ofSeconds(25),
        null,
        user -> List.of());
    young.line = two.engine.open(door, young, Arrivals.of(ANN)).orElseThrow();
    young.line.received("{\"hello\":{}}");
    await(() -> young.closed != null);
    assertThat(young.closed.code()).isEqualTo(4008);
    assertThat(old.closed).isNull();
    server.start();
    await(Duration.ofMillis(10), 60, () -> book().contains("=a"));
    assertThat(old.closed).isNull();
  }
}
