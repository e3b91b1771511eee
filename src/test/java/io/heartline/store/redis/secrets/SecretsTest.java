package io.heartline.store.redis.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.TicketBook;
import io.heartline.engine.Timers;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** What one node has issued lets in at all of them. */
class SecretsTest {
  private static final Identity ANN =
      new Identity(new User("ann \"1\" é"), 5_000_000_000_000L, Set.of("a", "b \" c"), "jti-1");

  @TempDir
  Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private Redis redis(RedisServer server) {
    Redis redis = new Redis(
        RedisAddress.parse(server.address()),
        new RedisOptions(null, "hl:", "heartline", 1, Duration.ofSeconds(1), 4, 10_000),
        System::nanoTime,
        Thread::new);
    open.add(redis);
    return redis;
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  @Test
  void aTicketOfOneNodeIsGoodOnAnotherOnce() {
    RedisServer server = RedisServer.shared();
    TicketBook here = new RedisTicketBook(redis(server));
    TicketBook there = new RedisTicketBook(redis(server));
    assertThat(join(here.put("h1", ANN))).isTrue();
    assertThat(join(there.take("h2"))).isEmpty();
    assertThat(join(there.take("h1"))).contains(ANN);
    assertThat(join(here.take("h1"))).isEmpty();
    assertThat(join(here.put("h3", Identity.ANONYMOUS))).isFalse();
  }

  @Test
  void ofManyWhoShowItOnlyOneComesIn() {
    TicketBook book = new RedisTicketBook(redis(RedisServer.shared()));
    join(book.put("h", ANN));
    assertThat(IntStream.range(0, 50).mapToObj(i -> book.take("h")).toList())
        .filteredOn(taken -> join(taken).isPresent())
        .hasSize(1);
  }

  @Test
  void oneUserCannotTakeTheTicketsOfOthers() {
    TicketBook book = new RedisTicketBook(redis(RedisServer.shared()));
    for (int i = 0; i < TicketBook.MOST_OF_A_USER; i++) {
      assertThat(join(book.put("h" + i, ANN))).isTrue();
    }
    assertThat(join(book.put("more", ANN))).isFalse();
    assertThat(join(book.put("bob", Identity.of(new User("bob"))))).isTrue();
    assertThat(join(book.take("h3"))).isPresent();
    assertThat(join(book.put("more", ANN))).as("one was used").isTrue();
  }

  @Test
  void nothingOfATicketOutlivesIt() {
    RedisServer server = RedisServer.shared();
    join(new RedisTicketBook(redis(server)).put("h1", ANN));
    try (Jedis jedis = server.connect()) {
      assertThat(jedis.keys("hl:{0}:ticket*"))
          .hasSize(3)
          .allSatisfy(key -> assertThat(jedis.pttl(key)).isBetween(1L, TicketBook.GOOD.toMillis()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"user\":\"a\",\"until\":1}",
        "{\"user\":\"\",\"until\":1,\"grants\":[]}",
        "{\"user\":\"a\",\"until\":\"1\",\"grants\":[]}",
        "{\"user\":\"a\",\"until\":1,\"grants\":[1]}",
        "{\"user\":\"a\",\"until\":1,\"grants\":[],\"only\":\"chat\"}",
        "{\"user\":\"a\",\"until\":1,\"grants\":[]}{}"
      })
  void whatIsNotUnderstoodLetsNobodyIn(String text) {
    assertThat(IdentityText.read(text)).isEmpty();
  }

  @Test
  void allNodesHaveTheSecretOfTheFirst() throws Exception {
    RedisServer server = RedisServer.shared();
    List<CompletableFuture<String>> told =
        IntStream.range(0, 8).mapToObj(i -> new CompletableFuture<String>()).toList();
    Timers timers = new Timers();
    for (CompletableFuture<String> one : told) {
      new SharedSecret(redis(server), "guests", timers, System::nanoTime, one::complete).start();
    }
    for (CompletableFuture<String> one : told) {
      await(one, timers);
    }
    assertThat(told.stream().map(CompletableFuture::join).distinct())
        .singleElement()
        .asString()
        .hasSize(43);
  }

  private static void await(CompletableFuture<String> told, Timers timers) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!told.isDone()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      timers.poll(System.nanoTime());
      Thread.sleep(10);
    }
  }

  @Test
  void aSecretIsAskedForUntilRedisIsThere() throws Exception {
    RedisServer server = RedisServer.start(folder, "--save", "");
    open.add(server);
    server.kill();
    Timers timers = new Timers();
    CompletableFuture<String> told = new CompletableFuture<>();
    SharedSecret secret =
        new SharedSecret(redis(server), "guests", timers, System::nanoTime, told::complete);
    secret.start();
    server.start();
    await(told, timers);
    secret.close();
  }
}
