package io.heartline.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.engine.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * The way to Redis. It asks one question after the other on each of a few connections. Each has a
 * time limit. It knows since when Redis does not answer. Thread-safe.
 *
 * <p>All keys of a partition have the same hash tag, so they lie on one server, and a script can
 * change them in one step.
 */
public final class Redis implements AutoCloseable {
  private final RedisOptions options;
  private final Servers servers;
  private final LongSupplier nanos;
  private final ThreadPoolExecutor callers;

  /** Since when Redis does not answer, by {@link #nanos}; null while it does. */
  private volatile @Nullable Away away;

  /** What Redis said last when it refused, and it was no question of the asker's; null if none. */
  private volatile @Nullable String refusal;

  private record Away(long sinceNanos, String why) {}

  /** @param nanos the time, for how long Redis has been away */
  public Redis(
      RedisAddress address, RedisOptions options, LongSupplier nanos, ThreadFactory threads) {
    this.options = options;
    this.nanos = nanos;
    servers = Servers.of(address, options);
    callers = new ThreadPoolExecutor(
        options.calls(),
        options.calls(),
        10,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(options.waiting()),
        threads);
    callers.allowCoreThreadTimeOut(true);
  }

  public RedisOptions options() {
    return options;
  }

  /** Returns what the keys of a partition begin with, such as <code>hl:{0}:</code>. */
  public String keys(int partition) {
    return options.prefix() + '{' + partition + "}:";
  }

  /** Returns whether what is published is heard on one server of several only. */
  public boolean sharded() {
    return servers.sharded();
  }

  /**
   * Runs a script. Blocks.
   *
   * @param keys of one partition
   * @return {@code Long}, {@code byte[]}, {@code null} or a {@code List} of those
   * @throws RedisAway if there was no answer, or none that says that it was done
   */
  public Object run(Script script, List<String> keys, List<byte[]> args) {
    List<byte[]> names = new ArrayList<>(keys.size());
    keys.forEach(key -> names.add(bytes(key)));
    return ask(() -> {
      try {
        return servers.client().evalsha(script.sha(), names, args);
      } catch (JedisNoScriptException e) { // it was restarted, or never had it
        return servers.client().eval(script.text(), names, args);
      }
    });
  }

  /** Runs a script on a thread of its own; the stage fails as {@link #run} does. */
  public CompletionStage<Object> later(Script script, List<String> keys, List<byte[]> args) {
    return later(() -> run(script, keys, args));
  }

  /**
   * Asks on a thread of its own.
   *
   * @return fails as {@code question} does, and with {@link Store.Unavailable} if too many wait
   */
  public <T> CompletionStage<T> later(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      callers.execute(() -> {
        try {
          answer.complete(question.get());
        } catch (RuntimeException | Error e) {
          answer.completeExceptionally(e);
        }
      });
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(new Store.Unavailable("too many questions wait for Redis"));
    }
    return answer;
  }

  /** Asks now, and notes whether there was an answer. */
  <T> T ask(Supplier<T> question) {
    try {
      T answer = question.get();
      away = null;
      refusal = null;
      return answer;
    } catch (JedisDataException e) {
      away = null;
      refusal = String.valueOf(e.getMessage());
      if (Servers.isMoved(e)) {
        servers.forget();
      }
      throw new RedisAway("Redis refused: " + e.getMessage(), true, e);
    } catch (JedisException e) {
      if (e instanceof JedisConnectionException) {
        servers.forget(); // others are as old as this one
      }
      Away before = away;
      String why = String.valueOf(e.getMessage());
      away = before == null ? new Away(nanos.getAsLong(), why) : before;
      throw new RedisAway("Redis does not answer: " + why, false, e);
    }
  }

  /** Asks for a sign of life, so that {@link #away} is up to date. */
  public boolean ping() {
    try {
      ask(() -> servers.client().ping());
      return true;
    } catch (RedisAway e) {
      return e.refused();
    }
  }

  /** Returns for how long Redis has not answered; empty while it does. */
  public Optional<Duration> away() {
    Away since = away;
    return since == null
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanos.getAsLong() - since.sinceNanos));
  }

  /** Returns why Redis cannot be used now; empty while it can. */
  public Optional<String> problem() {
    Away since = away;
    if (since != null) {
      return Optional.of("Redis has not answered for "
          + Duration.ofNanos(nanos.getAsLong() - since.sinceNanos).toSeconds() + " s");
    }
    String no = refusal;
    return no == null ? Optional.empty() : Optional.of("Redis refuses: " + no);
  }

  /** Opens a connection of its own for what is published in a partition. Blocks. */
  ListeningConnection listening(int partition) {
    return ask(() -> servers.connect(bytes(keys(partition))));
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Override
  public void close() {
    callers.shutdownNow();
    servers.close();
  }
}
