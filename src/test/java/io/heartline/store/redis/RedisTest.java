package io.heartline.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Store;
import io.heartline.testing.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;

/** A Redis that goes away, and comes back. */
class RedisTest {
  private static final String KEY = "hl:{0}:n";

  @TempDir
  Path folder;

  private RedisServer server;
  private Ways ways;

  @BeforeEach
  void start() throws Exception {
    server =
        RedisServer.start(folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always");
    ways = new Ways(
        server.address(),
        new RedisOptions(null, "hl:", "heartline", 1, Duration.ofMillis(500), 2, 20));
  }

  @AfterEach
  void stop() {
    ways.close();
    server.close();
  }

  /** Every command has the limit of the settings, so a minute is far beyond it. */
  private RedisAway unanswered() throws Exception {
    CompletableFuture<Long> answer = CompletableFuture.supplyAsync(() -> ways.count(KEY));
    try {
      throw new AssertionError("answered " + answer.get(1, TimeUnit.MINUTES));
    } catch (ExecutionException e) {
      return (RedisAway) e.getCause();
    }
  }

  @Test
  void itIsMadeWhileThereIsNoneAndUsesItOnceThereIs() throws Exception {
    server.kill();
    try (Ways early = Ways.of(server)) {
      assertThat(early.redis.lastingProblem()).isEmpty();
      assertThat(early.redis.problem())
          .hasValueSatisfying(line -> assertThat(line).startsWith("Redis has not answered for"));
      assertThatThrownBy(() -> early.count(KEY)).isInstanceOf(RedisAway.class);
      server.start();
      Ways.await("Redis", () -> early.count(KEY) == 1);
      assertThat(early.redis.problem()).isEmpty();
    }
  }

  @Test
  void theLogIsToldOnceThatItWentAndOnceThatItIsBack() throws Exception {
    ways.count(KEY);
    server.kill();
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> ways.count(KEY)).isInstanceOf(RedisAway.class);
    }
    assertThat(ways.redis.away()).isPresent();
    assertThat(ways.redis.away(0)).isPresent();
    server.start();
    Ways.await("Redis", () -> ways.count(KEY) > 1);
    assertThat(ways.redis.away()).isEmpty();
    assertThat(ways.log.said)
        .satisfiesExactly(
            gone -> assertThat(gone)
                .startsWith("WARNING Redis at " + server.address() + " does not answer: "),
            back -> assertThat(back)
                .matches("INFO Redis at " + server.address() + " answers again, after .* s"));
  }

  @Test
  void aFrozenOneEndsEachQuestionInTime() throws Exception {
    ways.count(KEY);
    server.freeze();
    List<CompletableFuture<RedisAway>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) { // more than there are connections
      all.add(CompletableFuture.supplyAsync(() -> {
        try {
          return unanswered();
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }));
    }
    for (CompletableFuture<RedisAway> one : all) {
      assertThat(one.get(1, TimeUnit.MINUTES).refused()).isFalse();
    }
    server.thaw();
    Ways.await("Redis", () -> ways.count(KEY) > 1);
    assertThat(ways.redis.problem()).isEmpty();
  }

  @Test
  void aQuestionWhoseAnswerWasLostIsNotAskedAgain() throws Exception {
    ways.count(KEY);
    server.freeze();
    assertThat(unanswered().refused()).as("it may have been done").isFalse();
    server.thaw();
    try (Jedis jedis = server.connect()) {
      Ways.await("the frozen question", () -> jedis.get(KEY).equals("2"));
      Ways.await("Redis", () -> ways.count(KEY) > 2);
      assertThat(jedis.get(KEY)).isEqualTo("3");
    }
  }

  @Test
  void aConnectionThatWasCutCostsOneQuestionAtMost() throws Exception {
    ways.count(KEY);
    try (Jedis jedis = server.connect()) {
      jedis.sendCommand(Command.CLIENT, "KILL", "TYPE", "normal", "SKIPME", "yes");
    }
    assertThatThrownBy(() -> ways.count(KEY)).isInstanceOf(RedisAway.class);
    assertThat(ways.count(KEY)).isEqualTo(2);
    assertThat(ways.redis.problem()).isEmpty();
  }

  @Test
  void tooManyQuestionsAreRefusedAndThoseThatWaitTooLongAreNotAsked() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    List<CompletableFuture<Boolean>> busy = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      busy.add(ways.redis
          .later(() -> {
            try {
              return go.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          })
          .toCompletableFuture());
    }
    List<CompletableFuture<Object>> waiting = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      waiting.add(ways.redis.later(Ways.COUNT, List.of(KEY), List.of()).toCompletableFuture());
    }
    assertThat(ways.redis.later(Ways.COUNT, List.of(KEY), List.of()).toCompletableFuture())
        .failsWithin(Duration.ofMinutes(1))
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(Store.Unavailable.class)
        .withMessage("too many questions wait for Redis");
    Thread.sleep(600); // longer than an answer may take
    go.countDown();
    for (CompletableFuture<Object> one : waiting) {
      assertThat(one)
          .failsWithin(Duration.ofMinutes(1))
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(RedisAway.class)
          .withMessageStartingWith("Redis was not asked");
    }
    assertThat(ways.count(KEY)).isEqualTo(1);
  }

  @Test
  void whoWaitsWhenItIsClosedIsTold() throws Exception {
    ways.count(KEY);
    server.freeze();
    List<CompletableFuture<Object>> waiting = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      waiting.add(ways.redis.later(Ways.COUNT, List.of(KEY), List.of()).toCompletableFuture());
    }
    ways.close();
    for (CompletableFuture<Object> one : waiting) {
      assertThat(one).failsWithin(Duration.ofMinutes(1));
    }
    assertThat(ways.redis.later(() -> 1).toCompletableFuture())
        .failsWithin(Duration.ofMinutes(1))
        .withThrowableThat()
        .havingCause()
        .withMessage("the way to Redis is closed");
    Ways.await("its threads to end", () -> ways.threads().isEmpty());
  }

  @Test
  void anotherRedisThatComesBackIsLookedAtAnew() throws Exception {
    ways.count(KEY);
    server.kill();
    assertThatThrownBy(() -> ways.count(KEY)).isInstanceOf(RedisAway.class);
    server.start();
    try (Jedis jedis = server.connect()) {
      jedis.hset("hl:about", "cluster", "other");
    }
    Ways.await(
        "the look",
        () -> ways.redis.problem().orElse("").contains("cluster other")
            || ways.redis.ping() && false);
    assertThatThrownBy(() -> ways.count(KEY)).hasMessageContaining("cluster other");
  }
}
