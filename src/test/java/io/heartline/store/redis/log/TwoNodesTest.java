package io.heartline.store.redis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Store;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.GapReason;
import io.heartline.model.Position;
import io.heartline.testing.FakeTime;
import io.heartline.testing.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/** What holds when several nodes publish and read, and what becomes of it when Redis fails. */
class TwoNodesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  @TempDir
  Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private StoreNode node(RedisServer server) {
    StoreNode node = new StoreNode(server, TIMEOUT);
    open.add(node);
    return node;
  }

  /**
   * A Redis that keeps what it has answered. With everysec it may not have written it yet, if its
   * disk is slow.
   */
  private RedisServer lasting() throws Exception {
    RedisServer server =
        RedisServer.start(folder, "--appendonly", "yes", "--appendfsync", "always", "--save", "");
    open.add(server);
    return server;
  }

  private static void await(BooleanSupplier done) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(String::valueOf).toList();
  }

  @Test
  void whatOneNodePublishesTheOthersReadersSeeInOrder() throws Exception {
    RedisServer server = RedisServer.shared();
    StoreNode a = node(server);
    StoreNode b = node(server);
    StoreNode.Reader here = a.read("news", new From.Now());
    StoreNode.Reader there = b.read("news", new From.Now());
    for (int i = 1; i <= 500; i++) {
      (i % 2 == 0 ? a : b).publish("news", String.valueOf(i));
    }
    await(() -> here.data().size() == 500 && there.data().size() == 500);
    assertThat(here.data()).isEqualTo(numbers(1, 500));
    assertThat(there.data()).isEqualTo(numbers(1, 500));
    assertThat(there.gaps()).isEmpty();
  }

  /** Who comes from another node knows more than this one may have heard. */
  @Test
  void aPositionOfAnotherNodeIsNoGapHoweverFreshItIs() throws Exception {
    RedisServer server = RedisServer.shared();
    StoreNode a = node(server);
    StoreNode b = node(server);
    b.read("news", new From.Now());
    for (int i = 0; i < 200; i++) {
      Position fresh = a.publish("news", String.valueOf(i));
      StoreNode.Reader reader = b.read("news", new From.After(fresh));
      assertThat(reader.gaps()).isEmpty();
      reader.close();
    }
  }

  @Test
  void whoJoinsLateReadsWhatTheNodeHasNotKept() throws Exception {
    RedisServer server = RedisServer.shared();
    StoreNode a = node(server);
    StoreNode b = node(server);
    Position first = a.publish("news", "0");
    for (int i = 1; i <= 50; i++) {
      a.publish("news", String.valueOf(i));
    }
    StoreNode.Reader now = b.read("news", new From.Now());
    StoreNode.Reader ten = b.read("news", new From.Last(10));
    StoreNode.Reader all = b.read("news", new From.After(first));
    assertThat(now.data()).isEmpty();
    assertThat(ten.data()).isEqualTo(numbers(41, 50));
    assertThat(all.data()).isEqualTo(numbers(1, 50));
    a.publish("news", "51");
    await(() -> now.data().size() == 1 && ten.data().size() == 11 && all.data().size() == 51);
    assertThat(List.of(now.gaps(), ten.gaps(), all.gaps())).allMatch(List::isEmpty);
  }

  @Test
  void theSameIdOnTwoNodesIsOnePublication() {
    RedisServer server = RedisServer.shared();
    Position first = node(server).publish("news", "1", "x");
    assertThat(node(server).publish("news", "1", "x")).isEqualTo(first);
  }

  @Test
  void killedPubSubConnectionsUnderLoadLoseNothingAndTellNoGap() throws Exception {
    RedisServer server = RedisServer.shared();
    StoreNode a = node(server);
    StoreNode b = node(server);
    StoreNode.Reader there = b.read("news", new From.Now());
    try (Jedis jedis = server.connect()) {
      for (int i = 1; i <= 3_000; i++) {
        a.publish("news", String.valueOf(i));
        if (i % 500 == 0) {
          jedis.clientKill(ClientKillParams.clientKillParams().type(ClientType.PUBSUB));
        }
      }
    }
    await(() -> there.data().size() >= 3_000);
    assertThat(there.data()).isEqualTo(numbers(1, 3_000));
    assertThat(there.gaps()).isEmpty();
  }

  @Test
  void afterTheKillAndRestartOfRedisNothingIsMissing() throws Exception {
    RedisServer server = lasting();
    StoreNode a = node(server);
    StoreNode b = node(server);
    StoreNode.Reader there = b.read("news", new From.Now());
    List<String> answered = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 100; i++) {
        String data = String.valueOf(round * 100 + i);
        a.publish("news", data, data);
        answered.add(data);
      }
      server.kill();
      assertThatThrownBy(() -> a.publish("news", "none"))
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(Store.Unavailable.class);
      assertThat(a.store.problem()).isPresent();
      server.start();
      await(() -> a.store.problem().isEmpty() && b.store.problem().isEmpty());
    }
    a.publish("news", "last");
    answered.add("last");
    await(() -> there.data().contains("last"));
    assertThat(there.data()).isEqualTo(answered);
    assertThat(there.gaps()).isEmpty();
  }

  @Test
  void aRedisThatForgotEverythingIsAGapForEachReaderOnce() throws Exception {
    RedisServer server = RedisServer.shared();
    StoreNode a = node(server);
    StoreNode b = node(server);
    StoreNode.Reader there = b.read("news", new From.Now());
    a.publish("news", "1");
    await(() -> there.data().size() == 1);
    try (Jedis jedis = server.connect()) {
      jedis.flushAll();
    }
    a.publish("news", "2");
    await(() -> there.gaps().size() == 1);
    a.publish("news", "3");
    await(() -> there.data().contains("3"));
    assertThat(there.gaps()).containsExactly(GapReason.EPOCH);
  }

  /**
   * A replica was promoted that had not got the last publications. Who had not read them yet has
   * missed them too, and nobody can read them any more.
   */
  @Test
  void aRewoundLogIsAGapForEveryReaderOnce() throws Exception {
    RedisServer server = RedisServer.shared();
    StoreNode a = node(server);
    StoreNode b = node(server);
    for (int i = 0; i < 9; i++) {
      a.publish("news", String.valueOf(i));
    }
    Position tenth = a.publish("news", "9");
    StoreNode.Reader ahead = b.read("news", new From.Now());
    try (Jedis jedis = server.connect()) {
      Map<String, byte[]> before = held(jedis);
      a.publish("news", "lost 1");
      a.publish("news", "lost 2");
      await(() -> ahead.data().size() == 2);
      setBack(jedis, before);
    }
    a.publish("news", "other 1");
    a.publish("news", "other 2");
    a.publish("news", "other 3");
    await(() -> !ahead.gaps().isEmpty());
    assertThat(ahead.gaps()).containsExactly(GapReason.EPOCH);
    StoreNode.Reader behind = b.read("news", new From.After(tenth));
    StoreNode.Reader elsewhere = node(server).read("news", new From.After(tenth));
    assertThat(behind.gaps()).containsExactly(GapReason.EPOCH);
    assertThat(elsewhere.gaps()).containsExactly(GapReason.EPOCH);
    a.publish("news", "4");
    for (StoreNode.Reader reader : List.of(ahead, behind, elsewhere)) {
      await(() -> reader.data().contains("4"));
      assertThat(reader.gaps()).hasSize(1);
    }
  }

  /** Nothing was published since, so only the positions tell; two nodes find out at once. */
  @Test
  void aLogThatWasSetBackIsGivenOneNewEpochHoweverManyNodesNoticeIt() throws Exception {
    RedisServer server = RedisServer.shared();
    FakeTime time = new FakeTime();
    List<StoreNode> nodes =
        List.of(new StoreNode(server, TIMEOUT, time), new StoreNode(server, TIMEOUT, time));
    open.addAll(nodes);
    StoreNode a = node(server);
    List<StoreNode.Reader> readers = new ArrayList<>();
    Position first = a.publish("news", "1");
    for (StoreNode each : nodes) {
      readers.add(each.read("news", new From.Now()));
    }
    try (Jedis jedis = server.connect()) {
      Map<String, byte[]> before = held(jedis);
      a.publish("news", "lost");
      await(() -> readers.stream().allMatch(reader -> reader.data().size() == 1));
      setBack(jedis, before);
      positionsAreCompared(time);
      await(() -> readers.stream().allMatch(reader -> !reader.gaps().isEmpty()));
      Position next = a.publish("news", "2");
      assertThat(next.epoch()).isNotEqualTo(first.epoch());
      assertThat(next.offset()).isEqualTo(2);
      for (StoreNode.Reader reader : readers) {
        await(() -> reader.data().contains("2"));
        assertThat(reader.gaps()).containsExactly(GapReason.EPOCH);
      }
      assertThat(jedis.hget("hl:{0}:all", "gen")).isEqualTo("1");
    }
  }

  /** Returns what Redis holds of the channel news, by key. */
  private static Map<String, byte[]> held(Jedis jedis) {
    return Stream.of("hl:{0}:c:news", "hl:{0}:l:news", "hl:{0}:all")
        .collect(Collectors.toMap(key -> key, key -> jedis.dump(key.getBytes())));
  }

  private static void setBack(Jedis jedis, Map<String, byte[]> held) {
    held.forEach((key, value) -> {
      jedis.del(key);
      jedis.restore(key.getBytes(), 0, value);
    });
  }

  /** So much time passes that each node has compared its positions with Redis. */
  private static void positionsAreCompared(FakeTime time) throws InterruptedException {
    for (int i = 0; i < 23; i++) {
      time.advance(Duration.ofSeconds(1));
      Thread.sleep(50);
    }
  }

  /** A client may have it from anywhere, and without the time nobody knows which log it means. */
  @Test
  void aPositionWithoutItsTimeIsAGap() throws Exception {
    StoreNode a = node(RedisServer.shared());
    Position first = a.publish("news", "1");
    a.publish("news", "2");
    for (String text : List.of(first.epoch() + ":1", first.epoch() + ":1:", "1")) {
      StoreNode.Reader reader = a.read("news", From.after(text));
      assertThat(reader.gaps()).as(text).containsExactly(GapReason.UNKNOWN);
      assertThat(reader.data()).as(text).isEmpty();
    }
    StoreNode.Reader wrong = a.read("news", From.after(first.epoch() + ":1:7"));
    assertThat(wrong.gaps()).containsExactly(GapReason.DIVERGED);
  }

  /** As after a restart, and while nodes of two versions have scripts with different texts. */
  @Test
  void scriptsThatRedisForgetsWhileItRunsAreSentAgain() throws Exception {
    RedisServer server = RedisServer.shared();
    StoreNode a = node(server);
    StoreNode b = node(server);
    StoreNode.Reader there = b.read("news", new From.Now());
    List<Position> positions = new ArrayList<>();
    try (Jedis jedis = server.connect()) {
      for (int i = 1; i <= 300; i++) {
        if (i % 3 == 0) {
          jedis.scriptFlush();
        }
        positions.add((i % 2 == 0 ? a : b).publish("news", String.valueOf(i), "x" + i));
        if (i % 50 == 0) {
          jedis.scriptFlush();
          assertThat(a.read("news", new From.Last(i)).data()).hasSize(i);
        }
      }
      jedis.scriptFlush();
      assertThat(a.publish("news", "300", "x300")).isEqualTo(positions.get(299));
    }
    await(() -> there.data().size() >= 300);
    assertThat(there.data()).isEqualTo(numbers(1, 300));
    assertThat(there.gaps()).isEmpty();
    assertThat(a.redis.problem()).isEmpty();
  }

  /** Nothing comes after it that would show a hole. */
  @Test
  void aLastMessageThatGotLostIsFoundWithin20Seconds() throws Exception {
    FakeTime time = new FakeTime();
    RedisServer server = RedisServer.shared();
    StoreNode b = new StoreNode(server, TIMEOUT, time);
    open.add(b);
    StoreNode a = node(server);
    StoreNode.Reader there = b.read("news", new From.Now());
    Position first = a.publish("news", "1");
    await(() -> there.data().size() == 1);
    appendSilently(server, first, "2");
    assertThat(there.data()).containsExactly("1");
    positionsAreCompared(time);
    await(() -> there.data().size() == 2);
    assertThat(there.gaps()).isEmpty();
  }

  /** Appends to the channel news as the script does, but tells nobody. */
  private static void appendSilently(RedisServer server, Position head, String data) {
    try (Jedis jedis = server.connect()) {
      long tag = head.tag() + 1;
      jedis.rpush("hl:{0}:l:news", "1 " + tag + ' ' + data);
      jedis.hset("hl:{0}:c:news", "s", String.valueOf(head.offset() + 1));
      jedis.hset("hl:{0}:c:news", "g", String.valueOf(tag));
      jedis.hset("hl:{0}:c:news", "n", String.valueOf(head.offset() + 1));
    }
  }

  @Test
  void aHoleIsReadAndNoGapIsTold() throws Exception {
    RedisServer server = RedisServer.shared();
    StoreNode a = node(server);
    StoreNode b = node(server);
    StoreNode.Reader there = b.read("news", new From.Now());
    Position first = a.publish("news", "1");
    await(() -> there.data().size() == 1);
    appendSilently(server, first, "2");
    a.publish("news", "3");
    await(() -> there.data().size() == 3);
    assertThat(there.data()).containsExactly("1", "2", "3");
    assertThat(there.gaps()).isEmpty();
  }

  @Test
  void everyNodeTellsThePublishersIdsHoweverItHasHeardOfThem() throws Exception {
    RedisServer server = RedisServer.shared();
    StoreNode a = node(server);
    StoreNode b = node(server);
    StoreNode.Reader here = a.read("news", new From.Now());
    StoreNode.Reader there = b.read("news", new From.Now());
    a.publish("news", "\"1 with spaces\"", "order-1:\\~");
    a.publish("news", "2");
    a.publish("news", "\"\"", "x");
    await(() -> there.data().size() == 3);
    assertThat(here.ids()).containsExactly("order-1:\\~", "", "x").isEqualTo(there.ids());
    assertThat(there.data()).containsExactly("\"1 with spaces\"", "2", "\"\"");
    StoreNode late = node(server);
    StoreNode.Reader reading = late.read("news", new From.Last(3));
    assertThat(reading.ids()).isEqualTo(there.ids());
    assertThat(reading.data()).isEqualTo(there.data());
  }

  @Test
  void aPublicationOfAnotherVersionIsToldAndNothingIsDelivered() throws Exception {
    RedisServer server = RedisServer.shared();
    StoreNode a = node(server);
    StoreNode b = node(server);
    a.publish("news", "1");
    try (Jedis jedis = server.connect()) {
      jedis.lset("hl:{0}:l:news", 0, "3 what a later version writes");
    }
    assertThatThrownBy(() -> b.store
            .open(new ChannelName("news"), new From.Last(1))
            .toCompletableFuture()
            .join())
        .hasCauseInstanceOf(Store.Unavailable.class)
        .hasMessageContaining("channel news is not understood")
        .hasMessageContaining("another version");
    assertThat(b.store.problem())
        .hasValueSatisfying(problem -> assertThat(problem).contains("another version"));
    assertThat(b.read("other", new From.Now()).gaps()).isEmpty();
  }

  @Test
  void whatAnotherVersionTellsIsReadInstead() throws Exception {
    RedisServer server = RedisServer.shared();
    StoreNode a = node(server);
    StoreNode b = node(server);
    StoreNode.Reader there = b.read("news", new From.Now());
    Position first = a.publish("news", "1");
    await(() -> there.data().size() == 1);
    appendSilently(server, first, "2");
    try (Jedis jedis = server.connect()) {
      jedis.publish("hl:{0}:h:news", "2 what a later version tells");
    }
    await(() -> there.data().size() == 2);
    assertThat(there.gaps()).isEmpty();
    assertThat(b.store.problem())
        .contains("channel news is not understood (not told by this version)");
  }

  @Test
  void aFrozenRedisIsARefusalAndTheSameIdLaterIsOneMessage() throws Exception {
    RedisServer server = lasting();
    StoreNode a = new StoreNode(server, Duration.ofMillis(300));
    open.add(a);
    StoreNode.Reader reader = a.read("news", new From.Now());
    a.publish("news", "1", "x1");
    server.freeze();
    try {
      assertThatThrownBy(() -> a.publish("news", "2", "x2"))
          .hasCauseInstanceOf(Store.Unavailable.class)
          .hasMessageContaining("repeat it with the same id");
      assertThatThrownBy(() -> a.publish("news", "3", "x3"))
          .hasCauseInstanceOf(Store.Unavailable.class);
    } finally {
      server.thaw();
    }
    await(() -> a.store.problem().isEmpty());
    a.publish("news", "2", "x2");
    a.publish("news", "3", "x3");
    await(() -> reader.data().size() >= 3);
    assertThat(reader.data()).containsExactlyInAnyOrder("1", "2", "3");
    assertThat(reader.gaps()).isEmpty();
  }

  /** What was not answered was not misunderstood: the node is ready as soon as Redis is back. */
  @Test
  void whoOpensAChannelWhileRedisIsFrozenIsToldThatItDoesNotAnswer() throws Exception {
    RedisServer server = RedisServer.shared();
    StoreNode a = new StoreNode(server, Duration.ofMillis(300));
    open.add(a);
    a.read("news", new From.Now());
    server.freeze();
    try {
      assertThatThrownBy(() -> a.store
              .open(new ChannelName("news"), new From.Last(1))
              .toCompletableFuture()
              .join())
          .hasCauseInstanceOf(Store.Unavailable.class)
          .hasMessageContaining("has not answered in time");
    } finally {
      server.thaw();
    }
    await(() -> a.redis.problem().isEmpty());
    assertThat(a.store.problem().orElse("")).doesNotContain("not understood");
  }

  /** Everything at once: each reader sees what was answered, once, in the order of positions. */
  @Test
  void whateverBreaksReadersSeeWhatWasAnsweredOnceAndInOrder() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    RedisServer server = lasting();
    List<StoreNode> nodes = List.of(node(server), node(server), node(server));
    List<StoreNode.Reader> readers = new ArrayList<>();
    for (StoreNode node : nodes) {
      readers.add(node.read("news", new From.Now()));
    }
    AtomicBoolean ended = new AtomicBoolean();
    List<List<String>> answered = new ArrayList<>();
    List<Thread> publishers = new ArrayList<>();
    for (int p = 0; p < nodes.size(); p++) {
      List<String> mine = new ArrayList<>();
      answered.add(mine);
      StoreNode node = nodes.get(p);
      int number = p;
      publishers.add(new Thread(() -> {
        for (int i = 0; !ended.get(); i++) {
          String data = number + "00" + i;
          while (true) {
            try {
              node.publish("news", data, data);
              break;
            } catch (CompletionException e) {
              sleep(20);
            }
          }
          mine.add(data);
          sleep(1);
        }
      }));
    }
    publishers.forEach(Thread::start);
    for (int fault = 0; fault < 12; fault++) {
      Thread.sleep(random.nextInt(400));
      switch (random.nextInt(4)) {
        case 0 -> {
          server.kill();
          server.start();
        }
        case 1 -> {
          server.freeze();
          Thread.sleep(random.nextInt(500));
          server.thaw();
        }
        default -> {
          try (Jedis jedis = server.connect()) {
            jedis.clientKill(ClientKillParams.clientKillParams().type(ClientType.PUBSUB));
          }
        }
      }
    }
    Thread.sleep(300);
    ended.set(true);
    for (Thread publisher : publishers) {
      publisher.join();
    }
    int all = answered.stream().mapToInt(List::size).sum();
    await(() -> readers.stream().allMatch(reader -> reader.data().size() >= all));
    List<String> order = readers.get(0).data();
    assertThat(order).doesNotHaveDuplicates();
    for (StoreNode.Reader reader : readers) {
      assertThat(reader.gaps()).isEmpty();
      assertThat(reader.data()).isEqualTo(order);
    }
    for (List<String> mine : answered) {
      assertThat(order).containsSubsequence(mine);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
