package io.heartline.store.redis.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Blocks.Whom;
import io.heartline.engine.Store;
import io.heartline.model.Block;
import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.RedisAddress;
import io.heartline.store.redis.RedisOptions;
import io.heartline.testing.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Who is kept out is kept out on all nodes. */
class RedisBlocksTest {
  private static final Whom ANN = new Whom.OneUser(new User("ann \"1\" é"));
  private static final Whom BOB = new Whom.OneUser(new User("bob"));
  private static final Whom TOKEN = new Whom.Token("t1");

  @TempDir
  Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private RedisBlocks node(RedisServer server) {
    Redis redis = new Redis(
        RedisAddress.parse(server.address()),
        new RedisOptions(null, "hl:", "heartline", 1, Duration.ofSeconds(1), 4, 10_000),
        System::nanoTime,
        Thread::new);
    open.add(redis);
    return new RedisBlocks(redis, 3);
  }

  private static Block until(Duration length) {
    return new Block(CloseStatus.BLOCKED, System.currentTimeMillis() + length.toMillis());
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private static Optional<Block> found(RedisBlocks blocks, String user, String token) {
    User known = user == null ? null : new User(user);
    return join(blocks.of(new Identity(known, Identity.NEVER, Set.of(), token)));
  }

  @Test
  void aBlockHoldsOnEveryNodeOnceItIsAnswered() {
    RedisServer server = RedisServer.shared();
    RedisBlocks here = node(server);
    RedisBlocks there = node(server);
    Block hour = until(Duration.ofHours(1));
    join(here.block(ANN, hour));
    assertThat(join(there.of(ANN))).contains(hour);
    assertThat(join(there.of(BOB))).isEmpty();
    assertThat(join(there.lift(ANN))).isTrue();
    assertThat(join(here.of(ANN))).isEmpty();
    assertThat(join(here.lift(ANN))).isFalse();
  }

  @Test
  void anIdentityIsKeptOutByItsUserOrItsCredentials() {
    RedisBlocks blocks = node(RedisServer.shared());
    join(blocks.block(BOB, until(Duration.ofHours(1))));
    join(blocks.block(TOKEN, new Block(CloseStatus.LOGGED_OUT, Long.MAX_VALUE >> 8)));
    assertThat(found(blocks, "bob", null)).isPresent();
    assertThat(found(blocks, "ann", "t1").orElseThrow().status()).isEqualTo(CloseStatus.LOGGED_OUT);
    assertThat(found(blocks, null, "t1")).isPresent();
    assertThat(found(blocks, "ann", "t2")).isEmpty();
    assertThat(found(blocks, "t1", "bob")).as("a user is no token").isEmpty();
    assertThat(found(blocks, null, null)).isEmpty();
  }

  @Test
  void aBlockThatIsOverKeepsNobodyOutAndTakesNoRoom() throws InterruptedException {
    RedisBlocks blocks = node(RedisServer.shared());
    join(blocks.block(ANN, until(Duration.ofMillis(300))));
    join(blocks.block(BOB, until(Duration.ofHours(1))));
    join(blocks.block(TOKEN, until(Duration.ofHours(1))));
    join(blocks.block(BOB, until(Duration.ofHours(2)))); // it is there already
    Whom more = new Whom.Token("t2");
    assertThatThrownBy(() -> {
          // unless this machine was slow
          join(blocks.block(new Whom.Token("t3"), until(Duration.ofHours(1))));
          join(blocks.block(more, until(Duration.ofHours(1))));
        })
        .hasCauseInstanceOf(Store.Unavailable.class)
        .hasMessageContaining("does not hold: all 3 blocks of heartline.blocks are in use");
    assertThat(join(blocks.of(more))).isEmpty();
    join(blocks.lift(new Whom.Token("t3")));
    while (join(blocks.of(ANN)).isPresent()) {
      Thread.sleep(10);
    }
    join(blocks.block(more, until(Duration.ofHours(1))));
    assertThat(join(blocks.of(more))).isPresent();
  }

  @Test
  void whatWasMissedIsToldUnlessNothingHasChanged() {
    RedisServer server = RedisServer.shared();
    RedisBlocks here = node(server);
    RedisBlocks there = node(server);
    Block hour = until(Duration.ofHours(1));
    join(here.block(ANN, hour));
    assertThat(join(there.missed(false))).isEqualTo(Map.of(ANN, hour));
    assertThat(join(there.missed(false))).isEmpty();
    assertThat(join(there.missed(true))).isEqualTo(Map.of(ANN, hour));
    join(here.block(TOKEN, hour));
    assertThat(join(there.missed(false))).isEqualTo(Map.of(ANN, hour, TOKEN, hour));
  }

  @Test
  void manyWhoAskAtOnceAreAnsweredEachForThemselves() {
    RedisBlocks blocks = node(RedisServer.shared());
    join(blocks.block(new Whom.OneUser(new User("u77")), until(Duration.ofHours(1))));
    List<CompletionStage<Optional<Block>>> answers = IntStream.range(0, 2_000)
        .mapToObj(i -> blocks.of(new Whom.OneUser(new User("u" + i))))
        .toList();
    for (int i = 0; i < answers.size(); i++) {
      assertThat(join(answers.get(i)).isPresent()).as("u%d", i).isEqualTo(i == 77);
    }
  }

  @Test
  void whileRedisIsAwayNobodyIsKnownToBeFreeAndNothingIsPromised() throws Exception {
    RedisServer server =
        RedisServer.start(folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always");
    open.add(server);
    RedisBlocks blocks = node(server);
    join(blocks.block(ANN, until(Duration.ofHours(1))));
    server.kill();
    assertThatThrownBy(() -> join(blocks.of(BOB))).hasCauseInstanceOf(Store.Unavailable.class);
    assertThatThrownBy(() -> join(blocks.block(BOB, until(Duration.ofHours(1)))))
        .hasCauseInstanceOf(Store.Unavailable.class)
        .hasMessageContaining("may not hold");
    assertThatThrownBy(() -> join(blocks.lift(ANN)))
        .hasCauseInstanceOf(Store.Unavailable.class)
        .hasMessageContaining("may still hold");
    server.start();
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      try {
        assertThat(join(blocks.of(ANN))).as("it was in the file").isPresent();
        return;
      } catch (java.util.concurrent.CompletionException e) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.sleep(50);
      }
    }
  }

  @Test
  void aBlockOfALaterReleaseKeepsOut() {
    RedisServer server = RedisServer.shared();
    RedisBlocks blocks = node(server);
    join(blocks.block(ANN, until(Duration.ofHours(1))));
    try (Jedis jedis = server.connect()) {
      jedis.hset("hl:{0}:blocks", "u:bob", "2 what is not known yet");
    }
    assertThat(join(blocks.of(BOB)).orElseThrow().status()).isEqualTo(CloseStatus.BLOCKED);
  }
}
