package io.heartline.store.redis;

import io.heartline.engine.Store;
import io.heartline.model.TimeSource;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The way to Redis. It asks one question after the other on each of a few connections. Each has a
 * time limit. It knows since when Redis does not answer. Nothing is connected before the first
 * question, so it can be made while Redis is away. Thread-safe.
 *
 * <p>All keys of a partition have the same hash tag, so they lie on one server, and a script can
 * change them in one step.
 */
public final class Redis implements AutoCloseable {
  private final RedisOptions options;
  private final Servers servers;
  private final Gate gate;
  private final LongSupplier nanos;
  private final ThreadPoolExecutor callers;

  /** What Redis said last when it refused, and it was no question of the asker's; null if none. */
  private volatile @Nullable String refusal;

  /** @param time for how long Redis has been away, and whether its clock is right */
  public Redis(RedisAddress address, RedisOptions options, TimeSource time, ThreadFactory threads) {
    this(address, options, time::nanos, time::epochMicros, threads, logger());
  }

  /**
   * Makes one that does not look at clocks.
   *
   * @param nanos the time, for how long Redis has been away
   */
  public Redis(
      RedisAddress address, RedisOptions options, LongSupplier nanos, ThreadFactory threads) {
    this(address, options, nanos, null, threads, logger());
  }

  Redis(
      RedisAddress address,
      RedisOptions options,
      LongSupplier nanos,
      @Nullable LongSupplier epochMicros,
      ThreadFactory threads,
      Logger log) {
    this.options = options;
    this.nanos = nanos;
    servers = new Servers(address, options, nanos, log);
    gate = new Gate(new RedisCheck(address, options, servers, epochMicros)::look, log, nanos);
    callers = new ThreadPoolExecutor(
        options.calls(),
        options.calls(),
        10,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(options.waiting()),
        threads);
    callers.allowCoreThreadTimeOut(true);
  }

  private static Logger logger() {
    return System.getLogger(Redis.class.getName());
  }

  public RedisOptions options() {
    return options;
  }

  /** Returns the time by which a question has waited for too long. */
  long nanos() {
    return nanos.getAsLong();
  }

  /** Returns what the keys of a partition begin with, such as <code>hl:{0}:</code>. */
  public String keys(int partition) {
    return options.keys(partition);
  }

  /** Returns whether what is published is heard on one server of several only. */
  public boolean sharded() {
    return servers.sharded();
  }

  /**
   * Looks at Redis. Blocks, at most as long as a command may take.
   *
   * @return what is wrong and stays so until somebody changes something, in one line that names the
   *     setting and says what to do; empty if there is nothing such, or if Redis does not answer
   *     now
   */
  public Optional<String> lastingProblem() {
    try {
      Problem problem = gate.pass(Deadline.in(options.timeout(), nanos));
      return problem == null || !problem.lasting() ? Optional.empty() : Optional.of(problem.line());
    } catch (JedisException e) {
      return Optional.empty(); // it may come back
    }
  }

  /** Returns the command with which scripts publish. */
  public byte[] publish() {
    return servers.publish();
  }

  /** Returns with which word scripts ask how many listen. */
  public byte[] listeners() {
    return servers.listeners();
  }

  /**
   * Runs a script. Blocks.
   *
   * @param keys of one partition
   * @return {@code Long}, {@code byte[]}, {@code null} or a {@code List} of those
   * @throws RedisAway if there was no answer, or none that says that it was done
   */
  public Object run(Script script, List<String> keys, List<byte[]> args) {
    return ask(Bytes.of(keys.get(0)), link -> link.run(script, keys, args));
  }

  /** Runs a script on a thread of its own; the stage fails as {@link #run} does. */
  public CompletionStage<Object> later(Script script, List<String> keys, List<byte[]> args) {
    return later(() -> run(script, keys, args));
  }

  /**
   * Says something to those who listen to a name, on a thread of its own. No script does it, since
   * a script would be sent to where a Redis Cluster is moving the name to, and they listen where it
   * comes from.
   *
   * @return how many hear it; fails as {@link #run} does
   */
  public CompletionStage<Long> say(String name, byte[] message) {
    Command command = sharded() ? Command.SPUBLISH : Command.PUBLISH;
    byte[] to = Bytes.of(name);
    return later(() -> ask(to, link -> (Long) link.ask(command, to, message)));
  }

  /**
   * Asks on a thread of its own.
   *
   * @return fails as {@code question} does, with {@link RedisAway} if it waited for longer than an
   *     answer may take, and with {@link Store.Unavailable} if too many wait
   */
  public <T> CompletionStage<T> later(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    long most = options.timeout().toNanos();
    long began = nanos.getAsLong();
    try {
      callers.execute(new Question<>(question, answer, () -> nanos.getAsLong() - began > most));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(new Store.Unavailable(
          callers.isShutdown()
              ? "the way to Redis is closed"
              : "too many questions wait for Redis"));
    }
    return answer;
  }

  /** Asks the server of a key now, and notes whether there was an answer. */
  private <T> T ask(byte[] key, Function<Link, T> question) {
    return pass(deadline -> servers.ask(key, deadline, question));
  }

  private <T> T pass(Function<Deadline, T> question) {
    try {
      Deadline deadline = Deadline.in(options.timeout(), nanos);
      Problem problem = gate.pass(deadline);
      if (problem != null) {
        throw new RedisAway(problem);
      }
      T answer = question.apply(deadline);
      refusal = null;
      return answer;
    } catch (JedisDataException e) {
      refusal = String.valueOf(e.getMessage());
      if (Refusals.isState(e)) {
        gate.shut();
      }
      throw new RedisAway("Redis refused: " + e.getMessage(), true, e);
    } catch (JedisException e) {
      gate.shut();
      throw new RedisAway("Redis does not answer: " + Causes.of(e), false, e);
    }
  }

  /** Asks each server for a sign of life, so that {@link #away} is up to date. */
  public boolean ping() {
    boolean all = true;
    for (int i = 0; i < options.partitions(); i++) {
      all &= ping(i);
      if (!servers.sharded()) {
        return all; // they are all at one server
      }
    }
    return all;
  }

  private boolean ping(int partition) {
    try {
      ask(Bytes.of(keys(partition)), link -> link.ask(Command.PING, new byte[0][]) != null);
      return true;
    } catch (RedisAway e) {
      return e.refused();
    }
  }

  /** Returns for how long Redis, or some server of a cluster, has not answered; empty if all do. */
  public Optional<Duration> away() {
    return servers.away();
  }

  /** Returns for how long the server of a partition has not answered; empty while it does. */
  public Optional<Duration> away(int partition) {
    return servers.away(Bytes.of(keys(partition)));
  }

  /** Returns why Redis cannot be used now; empty while it can. */
  public Optional<String> problem() {
    Problem found = gate.problem();
    if (found != null) {
      return Optional.of(found.line());
    }
    Optional<Duration> away = away();
    if (away.isPresent()) {
      return away.map(since -> "Redis has not answered for " + since.toSeconds() + " s");
    }
    if (!gate.wasOpen()) {
      return Optional.of("Redis was not reached yet");
    }
    String no = refusal;
    return no == null ? Optional.empty() : Optional.of("Redis refuses: " + no);
  }

  /** Opens a connection of its own for what is published in a partition. Blocks. */
  ListeningConnection listening(int partition) {
    return pass(deadline -> servers.listen(Bytes.of(keys(partition)), deadline));
  }

  /** Returns whether a connection still leads to the server that has a partition. */
  boolean isAt(HostAndPort place, int partition) {
    HostAndPort known = servers.known(Bytes.of(keys(partition)));
    return known == null || known.equals(place);
  }

  /**
   * A connection on which somebody listened has ended: Redis may have been started anew, or the
   * partition may have moved. So other connections to it are not used any more, and it is looked at
   * again.
   */
  void doubt(HostAndPort place) {
    servers.doubt(place);
    gate.shut();
  }

  @Override
  public void close() {
    for (Runnable waiting : callers.shutdownNow()) {
      if (waiting instanceof Question<?> question) {
        question.refuse("the way to Redis is closed");
      }
    }
    servers.close();
  }
}
