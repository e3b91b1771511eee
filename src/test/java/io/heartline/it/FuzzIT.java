package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Mutations;
import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Strangers send what hardly makes sense, to every address at once, while somebody honest reads.
 * Nothing fails, nobody notices, and the log is not theirs.
 *
 * <p>For longer, or once more: {@code -Dheartline.fuzz.seconds=3600 -Dheartline.fuzz.seed=...}.
 */
class FuzzIT {
  private static final int STRANGERS = 4;
  private static final long SECONDS = Long.getLong("heartline.fuzz.seconds", 20);
  private static final long SEED = Long.getLong("heartline.fuzz.seed", System.nanoTime());

  /** Refusals are logged once for each address, reason and minute, and once more how many. */
  private static final long WARNINGS = 10 * (SECONDS / 60 + 2);

  @TempDir
  Path folder;

  @Test
  void nothingThatStrangersSendFailsTheServerOrDisturbsAnybody() throws Exception {
    System.out.println("the seed is " + SEED);
    try (RunningWar war = RunningWar.start(folder)) {
      WebSocketRecorder honest = WebSocketRecorder.page(war.door("line"));
      honest.send("{\"subscribe\":\"public:honest\"}");
      assertThat(honest.object()).startsWith("{\"welcome\":");
      assertThat(honest.object()).startsWith("{\"subscribed\":");
      AtomicBoolean over = new AtomicBoolean();
      AtomicLong attempts = new AtomicLong();
      ExecutorService threads = Executors.newFixedThreadPool(STRANGERS);
      List<Future<Void>> strangers = new ArrayList<>();
      for (int i = 0; i < STRANGERS; i++) {
        strangers.add(threads.submit(stranger(war, new Random(SEED + i), over, attempts)));
      }
      long published = publish(war, honest, strangers);
      over.set(true);
      for (Future<Void> stranger : strangers) {
        stranger.get(4 * RunningWar.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      threads.shutdown();
      System.out.println(attempts + " attempts beside " + published + " honest publications");
      assertThat(attempts.get()).as("attempts").isGreaterThan(10 * STRANGERS);
      assertHealthy(war, honest);
    }
  }

  private static Callable<Void> stranger(
      RunningWar war, Random random, AtomicBoolean over, AtomicLong attempts) {
    Mutations some = new Mutations(random);
    List<FuzzTarget> targets = List.of(FuzzTarget.values());
    return () -> {
      while (!over.get()) {
        FuzzTarget target = some.one(targets);
        try {
          target.attempt(war, some);
        } catch (EOFException | SocketException e) {
          // cut off, which is an answer too
        } catch (IOException | RuntimeException | AssertionError e) {
          throw new AssertionError(target + " with the seed " + SEED, e);
        }
        attempts.incrementAndGet();
      }
      return null;
    };
  }

  /** Publishes one after the other, each of which must come. Returns how many. */
  private static long publish(
      RunningWar war, WebSocketRecorder honest, List<Future<Void>> strangers) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    long number = 0;
    while (System.nanoTime() - end < 0 && strangers.stream().noneMatch(Future::isDone)) {
      war.publish("public:honest", String.valueOf(++number));
      assertThat(honest.object()).as("seed %d", SEED).endsWith("\"data\":" + number + "}");
    }
    return number;
  }

  private static void assertHealthy(RunningWar war, WebSocketRecorder honest) throws IOException {
    assertThat(war.get("health/live").statusCode()).isEqualTo(200);
    assertThat(war.get("health/ready").statusCode()).isEqualTo(200);
    honest.assertPageLives();
    honest.leave();
    WebSocketRecorder newcomer = WebSocketRecorder.listening(war.door("updatewebsocket"));
    war.publish("updates", "\"well\"");
    assertThat(newcomer.frame()).isEqualTo("well");
    newcomer.leave();
    List<String> said = war.output();
    assertThat(said).as("seed %d", SEED).noneMatch(line -> line.startsWith("\tat "));
    List<String> loud =
        said.stream().filter(line -> line.matches(".{24}(WARNING|SEVERE) .*")).toList();
    assertThat(loud).as("seed %d", SEED).allMatch(line -> line.contains(" refused "));
    assertThat((long) loud.size()).as("%s", loud).isLessThanOrEqualTo(WARNINGS);
  }
}
