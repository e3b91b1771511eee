package io.heartline.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Bus;
import io.heartline.engine.Holder;
import io.heartline.engine.Seat;
import io.heartline.engine.SeatBook;
import io.heartline.engine.SeatKey;
import io.heartline.engine.Store;
import io.heartline.engine.TicketBook;
import io.heartline.engine.Timers;
import io.heartline.model.Identity;
import io.heartline.model.TimeSource;
import io.heartline.model.User;
import io.heartline.store.redis.blocks.RedisBlocks;
import io.heartline.store.redis.nodes.RedisBus;
import io.heartline.store.redis.seats.RedisSeatBook;
import io.heartline.store.redis.secrets.RedisTicketBook;
import io.heartline.store.redis.secrets.SharedSecret;
import io.heartline.testing.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What a node shares with others, but for the channels, on whatever servers there are. */
final class SharedNode implements AutoCloseable {
  private static final TimeSource REAL = new TimeSource() {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public long epochMicros() {
      return System.currentTimeMillis() * 1000;
    }
  };

  final Redis redis;
  final RedisBus bus;
  final SeatBook seats;
  final RedisBlocks blocks;
  final TicketBook tickets;
  final CompletableFuture<String> secret = new CompletableFuture<>();
  final List<String> heard = new CopyOnWriteArrayList<>();
  final List<Bus.Doubt> doubts = new CopyOnWriteArrayList<>();
  private final Timers timers = new Timers();
  private final Thread poller = new Thread(this::poll);
  private final SharedSecret guests;
  private volatile boolean closed;

  SharedNode(String address, int partitions, String name) throws InterruptedException {
    redis = new Redis(
        RedisAddress.parse(address),
        new RedisOptions(
            RedisServer.PASSWORD, "hl:", "c", partitions, Duration.ofSeconds(2), 4, 10_000),
        System::nanoTime,
        SharedNode::daemon);
    bus = new RedisBus(redis, name, timers, REAL, SharedNode::daemon);
    bus.onMessage((from, text) -> heard.add(from + ": " + text));
    bus.onDoubt(doubts::add);
    seats = new RedisSeatBook(redis);
    blocks = new RedisBlocks(redis, 10);
    tickets = new RedisTicketBook(redis);
    guests = new SharedSecret(redis, "guests", timers, System::nanoTime, secret::complete);
    poller.setDaemon(true);
    poller.start();
    bus.start();
    guests.start();
    await(() -> doubts.contains(Bus.Doubt.RECONNECTED) && bus.isLeased() && secret.isDone());
    doubts.clear();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  private void poll() {
    while (!closed) {
      LockSupport.parkNanos(Math.min(timers.poll(System.nanoTime()), 10_000_000));
    }
  }

  static void await(BooleanSupplier done) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  /** Asks until there is an answer: Redis may be away, or a part of it on the move. */
  static <T> T surely(Supplier<CompletionStage<T>> question) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try {
        return question.get().toCompletableFuture().join();
      } catch (CompletionException e) {
        assertThat(e.getCause()).isInstanceOfAny(RedisAway.class, Store.Unavailable.class);
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }

  static SeatKey seat(String user) {
    return new SeatKey("line", new User(user));
  }

  static Identity identity(String user) {
    return Identity.of(new User(user));
  }

  /** Seats a line, whoever sat there. */
  Seat sit(String user, String line) throws InterruptedException {
    while (true) {
      SeatBook.Entry entry = surely(() -> seats.read(seat(user)));
      long claim = Math.max(entry.nowMillis(), entry.seat().lastClaim() + 1);
      Seat next =
          new Seat(List.of(new Holder(bus.node(), line, claim, line)), Seat.EMPTY.unrest(), claim);
      if (surely(() -> seats.replace(seat(user), entry, next))) {
        return next;
      }
    }
  }

  Seat whoSits(String user) throws InterruptedException {
    return surely(() -> seats.read(seat(user))).seat();
  }

  @Override
  public void close() {
    guests.close();
    bus.close();
    redis.close();
    closed = true;
    LockSupport.unpark(poller);
  }
}
