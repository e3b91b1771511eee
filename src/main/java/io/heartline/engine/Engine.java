package io.heartline.engine;

import io.heartline.model.CloseStatus;
import io.heartline.model.Position;
import io.heartline.model.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The door to the engine: lines come in here, publications come in here. Composes the parts and
 * knows every open line.
 */
public final class Engine {
  private static final Logger LOG = System.getLogger(Engine.class.getName());

  private static final Duration SWEEP = Duration.ofMinutes(1);

  private final Store store;
  private final Rights rights;
  private final Limits limits;
  private final TimeSource time;
  private final DoubleSupplier random;
  private final Timers timers = new Timers();
  private final WriterPool pool;
  private final Hub hub;
  private final Seats seats;
  private final Thread hubThread;

  private final Set<Line> lines = ConcurrentHashMap.newKeySet();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong lineIds = new AtomicLong();
  private final String lineIdPrefix = prefix();
  private final LongAdder published = new LongAdder();

  /** Not null once it stops; completed when the last line is gone. */
  private volatile @Nullable CompletableFuture<Void> stopped;

  /**
   * @param random numbers in [0,1): spreads what is periodic
   * @param threads makes the engine's threads
   * @param writers how many threads write while nothing is stuck
   * @param spares how many may replace stuck ones
   */
  public Engine(
      Store store,
      Rights rights,
      Limits limits,
      TimeSource time,
      DoubleSupplier random,
      ThreadFactory threads,
      int writers,
      int spares) {
    this.store = store;
    this.rights = rights;
    this.limits = limits;
    this.time = time;
    this.random = random;
    pool = new WriterPool(writers, spares, time::nanos, threads);
    hub = new Hub(store, pool);
    seats = new Seats(timers, time::nanos, limits.probe());
    hubThread = threads.newThread(hub::run);
    store.watch(hub::mark);
  }

  /** Starts the engine's threads. */
  public void start() {
    pool.start();
    hubThread.start();
    sweep();
  }

  private void sweep() {
    store.sweep();
    seats.sweep();
    timers.at(nanos() + SWEEP.toNanos(), this::sweep);
  }

  /** Returns the deadlines that somebody must poll. */
  public Timers timers() {
    return timers;
  }

  /** Returns whether lines and publications are taken. */
  public boolean ready() {
    return stopped == null;
  }

  /** Returns whether there is room for one more line. */
  public boolean hasRoom() {
    return open.get() < limits.lines();
  }

  /**
   * Takes in a line.
   *
   * @return empty if the server stops or is full; the caller closes the connection
   */
  public Optional<Line> open(Door door, Connection connection, Arrival arrival) {
    if (!ready()) {
      return Optional.empty();
    }
    if (open.incrementAndGet() > limits.lines()) {
      open.decrementAndGet();
      return Optional.empty();
    }
    Line line = new Line(
        lineIdPrefix + Long.toString(lineIds.incrementAndGet(), 36),
        door,
        arrival,
        connection,
        this,
        nanos());
    lines.add(line);
    line.begin();
    if (!ready()) { // the stop may have missed it
      line.close(CloseStatus.STOPPING);
    }
    return Optional.of(line);
  }

  /**
   * Publishes all drafts or none.
   *
   * @return their positions, once committed; fails with {@link Store.Unavailable} if they could not
   *     be
   */
  public CompletionStage<List<Position>> publish(List<Draft> drafts) {
    published.add(drafts.size());
    return store.append(drafts);
  }

  /** Returns how many lines are open. */
  public int lines() {
    return open.get();
  }

  /** Returns how many channels somebody reads. */
  public int channels() {
    return hub.channels();
  }

  /**
   * Takes no more lines and closes all, telling pages to come back spread over the drain window.
   *
   * @return completed when the last one is gone
   */
  public CompletionStage<Void> stop() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    stopped = done;
    LOG.log(Level.INFO, "closing {0} lines", open.get());
    for (Line line : lines) {
      line.close(CloseStatus.STOPPING, (long) (random() * limits.drain().toMillis()), true);
    }
    if (open.get() == 0) {
      done.complete(null);
    }
    return done;
  }

  /** Ends the engine's threads; lines that are still open stay silent. */
  public void close() {
    hubThread.interrupt();
    pool.close();
  }

  void gone(Line line, String cause) {
    lines.remove(line);
    seats.release(line);
    LOG.log(Level.DEBUG, "{0} - gone: {1}", line, cause);
    CompletableFuture<Void> done = stopped;
    if (open.decrementAndGet() == 0 && done != null) {
      done.complete(null);
    }
  }

  Rights rights() {
    return rights;
  }

  Limits limits() {
    return limits;
  }

  WriterPool pool() {
    return pool;
  }

  Hub hub() {
    return hub;
  }

  Seats seats() {
    return seats;
  }

  long nanos() {
    return time.nanos();
  }

  long epochMillis() {
    return time.epochMicros() / 1000;
  }

  double random() {
    return random.getAsDouble();
  }

  /** Ids tell lines of different runs apart in logs; they are no secrets. */
  private static String prefix() {
    return Integer.toString(new SecureRandom().nextInt(36 * 36 * 36 * 36), 36) + '-';
  }
}
