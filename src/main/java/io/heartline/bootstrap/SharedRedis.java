package io.heartline.bootstrap;

import io.heartline.bootstrap.settings.RedisSettings;
import io.heartline.engine.Blocks;
import io.heartline.engine.Bus;
import io.heartline.engine.SeatBook;
import io.heartline.engine.Store;
import io.heartline.engine.TicketBook;
import io.heartline.engine.Timers;
import io.heartline.model.TimeSource;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.blocks.RedisBlocks;
import io.heartline.store.redis.log.RedisStore;
import io.heartline.store.redis.nodes.RedisBus;
import io.heartline.store.redis.seats.RedisSeatBook;
import io.heartline.store.redis.secrets.RedisTicketBook;
import io.heartline.store.redis.secrets.SharedSecret;
import io.heartline.store.window.Bounds;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What several nodes share in Redis, as this node sees it: the way there, and the engine's ports
 * that lead there. It has a thread for its deadlines, since those of lines must not wait for it.
 */
final class SharedRedis implements AutoCloseable {
  /** Which part of the heap publications may take that wait for Redis. */
  private static final int PART_OF_HEAP = 16;

  private final Redis redis;
  private final RedisStore store;
  private final RedisBus bus;
  private final RedisSeatBook seats;
  private final RedisBlocks blocks;
  private final RedisTicketBook tickets;
  private final Timers timers = new Timers();
  private final TimeSource time;
  private final TimerThread timerThread;
  private @Nullable SharedSecret guests;

  /**
   * @param bounds how much all nodes together may keep in Redis
   * @param memory bytes of this node's memory for copies of what its lines read
   * @param life of a store that is made now, see {@link RedisStore}
   * @param mostBlocks how many may be kept out at a time
   */
  SharedRedis(
      RedisSettings settings,
      Bounds bounds,
      long memory,
      String life,
      int mostBlocks,
      TimeSource time,
      ThreadFactory threads) {
    this.time = time;
    timerThread = new TimerThread(timers, time, threads);
    redis = new Redis(settings.address(), settings.options(), time, threads);
    store = new RedisStore(
        redis,
        bounds,
        memory,
        timers,
        time,
        life,
        threads,
        Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
    bus = new RedisBus(redis, Bus.newName(), timers, time, threads);
    seats = new RedisSeatBook(redis);
    blocks = new RedisBlocks(redis, mostBlocks);
    tickets = new RedisTicketBook(redis);
  }

  /**
   * Looks at Redis, if it answers.
   *
   * @throws IOException if it cannot be used and somebody has to change something; the message says
   *     what
   */
  void check() throws IOException {
    Optional<String> problem = redis.lastingProblem();
    if (problem.isPresent()) {
      throw new IOException(problem.get());
    }
  }

  Store store() {
    return store;
  }

  Bus bus() {
    return bus;
  }

  SeatBook seats() {
    return seats;
  }

  Blocks blocks() {
    return blocks;
  }

  TicketBook tickets() {
    return tickets;
  }

  /** Sets who is told the secret that signs the names of guests. Called before the start. */
  void guests(Consumer<String> secret) {
    guests = new SharedSecret(redis, "guests", timers, time::nanos, secret);
  }

  /** Returns whether Redis can be used now. */
  boolean isSeen() {
    return redis.problem().isEmpty();
  }

  void start() {
    timerThread.start();
    store.start();
    bus.start();
    if (guests != null) {
      guests.start();
    }
  }

  /** Comes after the store is closed. */
  @Override
  public void close() {
    if (guests != null) {
      guests.close();
    }
    bus.close();
    timerThread.close();
    redis.close();
  }
}
