package io.heartline.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RedisServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;

/** From the moment in which somebody is told that they are subscribed, they hear everything. */
class SubscriptionsTest {
  private static final String NAME = "hl:{0}:h:news";

  @TempDir
  Path folder;

  private RedisServer server;
  private Ways ways;
  private Subscriptions subscriptions;

  @BeforeEach
  void start() throws Exception {
    server = RedisServer.start(folder, "--save", "");
    ways = Ways.of(server);
    subscriptions = ways.subscriptions(0);
  }

  @AfterEach
  void stop() {
    subscriptions.close();
    ways.close();
    server.close();
  }

  private Ears subscribed() throws Exception {
    Ears ears = new Ears();
    subscriptions.subscribe(NAME, ears);
    Ways.await("the subscription", () -> ears.subscribed.get() == 1);
    return ears;
  }

  private void awaitNewsAfter(Ears ears, int subscribed) throws Exception {
    Ways.await("the subscription", () -> ears.subscribed.get() >= subscribed);
    assertThat(ears.lost.get()).isEqualTo(subscribed - 1);
    ways.say(NAME, "after");
    Ways.await("the news", () -> ears.heard.contains("after"));
  }

  @Test
  void whatWasBegunBeforeThereIsARedisIsSubscribedOnceThereIs() throws Exception {
    server.kill();
    try (Ways early = Ways.of(server)) {
      Subscriptions waiting = early.subscriptions(0);
      Ears ears = new Ears();
      waiting.subscribe(NAME, ears);
      assertThat(ears.subscribed.get()).isZero();
      server.start();
      Ways.await("the subscription", () -> ears.subscribed.get() == 1);
      waiting.close();
    }
  }

  @Test
  void aConnectionThatIsKilledIsReplaced() throws Exception {
    Ears ears = subscribed();
    try (Jedis jedis = server.connect()) {
      jedis.sendCommand(Command.CLIENT, "KILL", "TYPE", "pubsub");
    }
    awaitNewsAfter(ears, 2);
  }

  @Test
  void aRedisThatIsStartedAgainIsSubscribedAgain() throws Exception {
    Ears ears = subscribed();
    server.kill();
    Ways.await("the loss", () -> ears.lost.get() == 1);
    server.start();
    awaitNewsAfter(ears, 2);
  }

  /** It is the ping that tells: nothing else is sent on a connection that only hears. */
  @Test
  void aFrozenRedisIsLostAndFoundAgain() throws Exception {
    Ears ears = subscribed();
    server.freeze();
    Ways.await("the loss", () -> ears.lost.get() == 1);
    assertThat(subscriptions.isConnected()).isFalse();
    server.thaw();
    awaitNewsAfter(ears, 2);
  }

  @Test
  void aSubscriptionThatHasEndedHearsNothing() throws Exception {
    Ears first = subscribed();
    Ears second = new Ears();
    subscriptions.subscribe(NAME, second);
    subscriptions.unsubscribe(NAME, first); // it is not theirs any more
    Ways.await("the second", () -> second.subscribed.get() >= 1);
    ways.say(NAME, "one");
    Ways.await("the news", () -> second.heard.contains("one"));
    subscriptions.unsubscribe(NAME, second);
    try (Jedis jedis = server.connect()) {
      Ways.await("the end", () -> jedis.pubsubNumSub(NAME).containsValue(0L));
    }
    assertThat(first.heard).isEmpty();
  }

  @Test
  void manyNamesAreSubscribedTogether() throws Exception {
    List<Ears> all = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      Ears ears = new Ears();
      all.add(ears);
      subscriptions.subscribe(NAME + i, ears);
    }
    Ways.await("all", () -> all.stream().allMatch(ears -> ears.subscribed.get() == 1));
    try (Jedis jedis = server.connect()) {
      jedis.sendCommand(Command.CLIENT, "KILL", "TYPE", "pubsub");
    }
    Ways.await("all again", () -> all.stream().allMatch(ears -> ears.subscribed.get() == 2));
  }

  /** What was said, or is just about to be: numbers that grow. */
  private static final class Said {
    final AtomicLong last = new AtomicLong();
  }

  /**
   * Must hear each number above the last one said when it was subscribed, until it is lost or
   * ended.
   */
  private static final class Strict implements Subscriptions.Listener {
    private final Said said;
    private final List<String> mistakes;
    private long next = Long.MAX_VALUE;
    private volatile boolean ended;
    private volatile boolean sure;

    Strict(Said said, List<String> mistakes) {
      this.said = said;
      this.mistakes = mistakes;
    }

    @Override
    public void subscribed() {
      if (next == Long.MAX_VALUE) {
        next = said.last.get() + 1;
      }
      sure = true;
    }

    @Override
    public void heard(byte[] message) {
      long number = Long.parseLong(new String(message, UTF_8));
      if (sure && number > next && !ended) {
        mistakes.add("heard " + number + " after " + (next - 1));
      }
      if (sure) {
        next = Math.max(next, number + 1);
      }
    }

    @Override
    public void lost() {
      sure = false;
      next = Long.MAX_VALUE;
    }
  }

  /**
   * Subscriptions come and go on several threads, so that their confirmations cross, while somebody
   * says numbers and connections break.
   */
  @Test
  void nothingIsMissedHoweverConfirmationsCross() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("SubscriptionsTest seed " + seed);
    Random random = new Random(seed);
    int names = 3;
    List<Said> said = new ArrayList<>();
    List<String> mistakes = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < names; i++) {
      said.add(new Said());
    }
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    threads.add(new Thread(() -> say(said, end)));
    for (int t = 0; t < 3; t++) {
      Random mine = new Random(random.nextLong());
      int name = t; // each name is its thread's: whoever follows a channel does it one at a time
      threads.add(new Thread(() -> comeAndGo(name, said.get(name), mistakes, mine, end)));
    }
    threads.forEach(Thread::start);
    try (Jedis jedis = server.connect()) {
      for (int i = 0; i < 5; i++) {
        end.await(800, TimeUnit.MILLISECONDS);
        jedis.sendCommand(Command.CLIENT, "KILL", "TYPE", "pubsub");
      }
    }
    end.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(mistakes).as("seed %s", seed).isEmpty();
    List<Strict> last = new ArrayList<>();
    for (int i = 0; i < names; i++) {
      Strict strict = new Strict(said.get(i), mistakes);
      last.add(strict);
      subscriptions.subscribe(NAME + i, strict);
    }
    Ways.await("the last ones", () -> last.stream().allMatch(strict -> strict.sure));
  }

  private void say(List<Said> said, CountDownLatch end) {
    while (end.getCount() > 0) {
      for (int i = 0; i < said.size(); i++) {
        try {
          ways.say(NAME + i, Long.toString(said.get(i).last.incrementAndGet()));
        } catch (RedisAway e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  private void comeAndGo(
      int name, Said said, List<String> mistakes, Random random, CountDownLatch end) {
    Strict present = null;
    while (end.getCount() > 0) {
      Strict next = new Strict(said, mistakes);
      if (present != null && random.nextBoolean()) {
        present.ended = true;
        subscriptions.unsubscribe(NAME + name, present);
      } else if (present != null) {
        present.ended = true;
      }
      subscriptions.subscribe(NAME + name, next);
      present = next;
      if (random.nextInt(20) == 0) {
        long stop = System.nanoTime() + random.nextInt(20_000_000);
        while (System.nanoTime() < stop) {
          Thread.onSpinWait();
        }
      }
    }
  }
}
