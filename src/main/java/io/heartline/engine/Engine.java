package io.heartline.engine;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.Position;
import io.heartline.model.TimeSource;
import io.heartline.model.User;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The way into the engine, for lines and for publications. It puts the parts together and knows
 * every open line.
 */
public final class Engine {
  private static final Logger LOG = System.getLogger(Engine.class.getName());

  private static final Duration SWEEP = Duration.ofMinutes(1);

  /** How many lines a server that has just started is to take in a second. */
  private static final int COMING_BACK_A_SECOND = 1_000;

  /** Over this even the fewest lines come back: nobody notices that it is not less. */
  private static final Duration SHORTEST_SPREAD = Duration.ofSeconds(2);

  /** How many subscriptions of users can be resumed from what was acknowledged. */
  private static final int MAX_ACKNOWLEDGED = 20_000;

  private final Store store;
  private final Rights rights;
  private final Authenticator tokens;
  private volatile ChannelTokens channelTokens = ChannelTokens.NONE;
  private volatile Limits limits;
  private final TimeSource time;
  private final DoubleSupplier random;
  private final Closers closers;
  private final Timers timers = new Timers();
  private final WriterPool pool;
  private final EncodedRanges texts;
  private final Unfinished unfinished;
  private final Hub hub;
  private final Asking asking = new Asking(this);
  private volatile Blocks blocks = Blocks.NONE;
  private final Acknowledged acknowledged = new Acknowledged(MAX_ACKNOWLEDGED);

  /** Null if nobody wants to know who is in channels. */
  private volatile @Nullable Presence presence;

  private final CatchUps catchUps;

  private final Lines lines = new Lines();
  private final Listeners events = new Listeners();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong lineIds = new AtomicLong();

  /** What this node shares with others; it has none until it is told to {@link #join} them. */
  private volatile Membership membership;

  private final Statistics statistics = new Statistics();
  private final FaultLog faults;

  /** Beats set at run time, by door name. A door that is absent keeps its own beat. */
  private final Map<String, Duration> beats = new ConcurrentHashMap<>();

  private volatile BooleanSupplier cutOff = () -> false;

  /** This node is draining: no new line is let in. */
  private volatile boolean draining;

  /** Null until the engine is told to stop; completed when the last line is gone. */
  private volatile @Nullable CompletableFuture<Void> stopped;

  /**
   * @param tokens checks the tokens that clients send in messages:
   *     {@link Authenticator.Credentials#token}
   * @param random numbers in [0,1), used to spread what is periodic
   * @param threads makes the engine's threads
   * @param writers how many threads write while nothing is stuck
   * @param spares how many more threads may replace stuck ones
   * @param closers runs closes, each of which may take seconds if the peer does not read
   * @param textBytes how much heap the encoded texts of all channels may use together, in bytes
   * @param unfinished bounds the memory of what clients have begun and not ended
   */
  public Engine(
      Store store,
      Rights rights,
      Authenticator tokens,
      Limits limits,
      TimeSource time,
      DoubleSupplier random,
      ThreadFactory threads,
      int writers,
      int spares,
      Executor closers,
      long textBytes,
      Unfinished unfinished) {
    this.store = store;
    this.rights = rights;
    this.tokens = tokens;
    this.limits = limits;
    this.time = time;
    faults = new FaultLog(time::nanos);
    this.random = random;
    this.unfinished = unfinished;
    this.closers = new Closers(closers, timers, time::nanos);
    pool = new WriterPool(writers, spares, time::nanos, threads);
    texts = new EncodedRanges(textBytes);
    catchUps = new CatchUps(limits.flow(), time.nanos());
    hub = new Hub(store, pool, texts);
    membership = Membership.alone(
        Bus.alone(Bus.newName()),
        new MemorySeatBook(time),
        lines,
        timers,
        time::nanos,
        limits.probe());
    events.add(statistics);
    store.watch(this::committed);
    rights.watch(this::review);
  }

  private void committed(ChannelName channel) {
    membership.watch().committed(); // first: lines may read it from then on
    hub.mark(channel);
  }

  /**
   * Joins other nodes. Called at most once, before the first line opens.
   *
   * @param book the seats that all of them share
   */
  public void join(Bus bus, SeatBook book) {
    membership = Membership.of(bus, book, lines, timers, time::nanos, limits.probe());
  }

  /** Returns how to reach the other nodes. */
  public Bus bus() {
    return membership.bus();
  }

  /** Returns whether all seats of this node were looked up since the last doubt about them. */
  boolean isSureOfSeats() {
    return membership.watch().isSure();
  }

  /** Sets the check for whether nobody can be let in because what nodes share is out of reach. */
  public void cutOff(BooleanSupplier cutOff) {
    this.cutOff = cutOff;
  }

  /**
   * Returns whether nobody can be let in, because what nodes share has been out of reach for some
   * seconds. Open lines stay.
   */
  public boolean isCutOff() {
    return cutOff.getAsBoolean();
  }

  /** Returns the name of this node: unique among all nodes and runs. Not a secret. */
  public String node() {
    return membership.bus().node();
  }

  /** Adds a listener that is told what happens to lines. */
  public void listen(LineEvents listener) {
    events.add(listener);
  }

  /**
   * Begins to keep who is in channels. Called at most once, before the first line opens.
   *
   * @param kept for which channels
   * @param away how long a user may be away without leaving
   */
  public void keepPresence(Predicate<ChannelName> kept, Duration away) {
    keepPresence(new Presence(kept, Telling.alone(this, away), null));
  }

  void keepPresence(Presence next) {
    presence = next;
    events.add(next);
  }

  /**
   * Returns who is in a channel, as this node has told it or knows it: nobody if it is not kept.
   * Fails like {@link #look}.
   */
  public CompletionStage<Here> here(ChannelName channel) {
    Presence kept = presence;
    return kept == null ? CompletableFuture.completedFuture(Here.NOBODY) : kept.here(channel);
  }

  /** Sets how the network of an address is found: strangers of one network count as one. */
  public void networks(UnaryOperator<String> networks) {
    catchUps.networks(networks);
  }

  /** Sets what looks at tokens for channels; nothing until then. */
  public void channelTokens(ChannelTokens channelTokens) {
    this.channelTokens = channelTokens;
  }

  ChannelTokens channelTokens() {
    return channelTokens;
  }

  /** Sets whom to ask what becomes of what clients send; nobody until then. */
  public void callback(Callback callback) {
    asking.callback(callback);
  }

  /** Sets who knows whom to keep out; nobody is until then. */
  public void blocks(Blocks blocks) {
    this.blocks = blocks;
  }

  /** Returns who knows whom to keep out. */
  public Blocks blocks() {
    return blocks;
  }

  /** @param user whose lines have their rights checked again; null means all lines */
  private void review(@Nullable User user) {
    (user == null ? lines.all() : lines.of(user)).forEach(Line::review);
  }

  /** Starts the engine's threads. */
  public void start() {
    pool.start();
    timers.at(nanos(), this::sweep);
  }

  private void sweep() {
    store.sweep();
    seats().sweep();
    timers.at(nanos() + SWEEP.toNanos(), this::sweep);
  }

  /** Returns the deadlines. Whoever runs the engine must poll them. */
  public Timers timers() {
    return timers;
  }

  /**
   * Sets the check for whether the container has no thread left to read with. While that is so, and
   * for a moment after, lines are not judged for their silence.
   */
  public void exhausted(BooleanSupplier exhausted) {
    timers.exhausted(exhausted);
  }

  /** Returns what bounds the memory of what clients have begun and not ended. */
  public Unfinished unfinished() {
    return unfinished;
  }

  /** Returns whether lines are let in. */
  public boolean ready() {
    return stopped == null && !draining;
  }

  /** Returns whether all lines are being closed, for good. */
  public boolean stopping() {
    return stopped != null;
  }

  /** Returns whether there is room for one more line. */
  public boolean hasRoom() {
    return open.get() < limits.lines();
  }

  /**
   * Lets in a line.
   *
   * @return empty if the server is stopping or full, or if the line failed to open; then the caller
   *     closes the connection
   */
  public Optional<Line> open(Door door, Connection connection, Arrival arrival) {
    if (!ready()) {
      return Optional.empty();
    }
    if (open.incrementAndGet() > limits.lines()) {
      open.decrementAndGet();
      return Optional.empty();
    }
    Line line;
    try {
      line = new Line(
          node() + '-' + Long.toString(lineIds.incrementAndGet(), 36),
          door,
          arrival,
          connection,
          this,
          nanos());
    } catch (RuntimeException | Error e) { // memory is short: no line will end and be counted off
      open.decrementAndGet();
      throw e;
    }
    lines.add(line);
    events.opened(line);
    try {
      line.open();
    } catch (RuntimeException | Error e) {
      line.failed();
      faults.failed("a line could not be opened", line, e);
      return Optional.empty();
    }
    if (!ready()) { // the stop may have missed it
      line.close(CloseStatus.STOPPING);
    }
    return Optional.of(line);
  }

  /**
   * Publishes all drafts or none.
   *
   * @return their positions, once committed; fails with {@link Store.Unavailable} if they could not
   *     be committed
   */
  public CompletionStage<List<Position>> publish(List<Draft> drafts) {
    CompletableFuture<List<Position>> answer = new CompletableFuture<>();
    store.append(drafts).whenComplete((positions, failure) -> {
      if (positions == null) {
        answer.completeExceptionally(failure); // a dependent stage would wrap it
      } else {
        statistics.published(positions.size());
        answer.complete(positions);
      }
    });
    return answer;
  }

  /**
   * Opens a channel, looks at it and closes it again.
   *
   * @param look runs on the thread on which the store answers, so it must not wait
   * @return fails with {@link Store.Unavailable} if the channel cannot be read now
   */
  public <T> CompletionStage<T> look(
      ChannelName channel, From from, Function<Store.Opened, T> look) {
    return store.open(channel, from).thenApply(opened -> {
      try (Store.View view = opened.view()) {
        return look.apply(opened);
      }
    });
  }

  /**
   * Returns in how many nanoseconds a client may read more of what was published earlier; 0 for
   * now. What it reads over HTTP counts like what its lines are sent.
   *
   * @param address where it is, see {@link Arrival#address}
   */
  public long historyWait(Identity identity, String address) {
    return catchUps.due(identity, address, nanos());
  }

  /** A client was given so many bytes of what was published earlier. */
  public void historyRead(Identity identity, String address, long bytes) {
    catchUps.read(identity, address, bytes, nanos());
  }

  /** Returns the current head of a channel; fails like {@link #look}. */
  public CompletionStage<Position> head(ChannelName channel) {
    return look(channel, new From.Now(), opened -> opened.start().position());
  }

  /**
   * Returns the current heads of a door's own channels. A client that is about to be let in reads
   * on from there. A channel that cannot be read now is left out.
   */
  public CompletionStage<Map<ChannelName, From>> heads(Door door, Identity identity) {
    CompletionStage<Map<ChannelName, From>> heads =
        CompletableFuture.completedFuture(new HashMap<>(4));
    for (ChannelName channel : door.channels().apply(identity.user())) {
      heads = heads.thenCombine(head(channel).handle((head, no) -> head), (all, head) -> {
        if (head != null) {
          all.put(channel, new From.After(head));
        }
        return all;
      });
    }
    return heads;
  }

  /**
   * Returns why nothing more can be published until a restart; empty while publishing works. Open
   * lines go on.
   */
  public Optional<String> failure() {
    return store.failure();
  }

  /**
   * Returns why publications are refused now, be it for good or until the disk has room again;
   * empty while they are taken. Open lines go on.
   */
  public Optional<String> problem() {
    return store.problem();
  }

  /** Returns how many lines are open. */
  public int lines() {
    return open.get();
  }

  /** Returns how many channels somebody reads. */
  public int channels() {
    return hub.channels();
  }

  /** Returns how much heap the encoded texts of all channels use, in bytes. */
  public long textBytes() {
    return texts.bytes();
  }

  /**
   * Drains this node. It lets no new line in and tells each open line when to come back, each at a
   * moment of its own within the window. It keeps delivering to a line until that moment and then
   * closes it. {@link #undrain} ends this, and so does a restart.
   *
   * @return how many lines were told
   */
  public int drain(Duration window) {
    draining = true;
    int told = 0;
    for (Line line : lines.all()) {
      line.drain((long) (random() * window.toMillis()));
      told++;
    }
    LOG.log(Level.INFO, "draining {0} lines over {1} ms", told, window.toMillis());
    return told;
  }

  /**
   * Ends a drain: new lines are let in again. Lines that were told to come back elsewhere still
   * leave at their moments.
   *
   * @return whether the node was draining
   */
  public boolean undrain() {
    boolean was = draining;
    draining = false;
    if (was) {
      LOG.log(Level.INFO, "no longer draining: new lines are let in again");
    }
    return was;
  }

  /**
   * Closes all lines of a user. Their clients must not come back by themselves.
   *
   * @return how many
   */
  public int disconnect(User user) {
    List<Line> open = lines.of(user);
    open.forEach(line -> line.close(CloseStatus.KICKED));
    return open.size();
  }

  /** Returns the open lines of a user. */
  public List<Line> linesOf(User user) {
    return lines.of(user);
  }

  /** Returns the open lines whose credentials have this name. Walks all lines. */
  public List<Line> linesOfToken(String tokenId) {
    return lines.all().stream()
        .filter(line -> tokenId.equals(line.identity().tokenId()))
        .toList();
  }

  /** Returns the open line with an id; empty if there is none. */
  public Optional<Line> line(String id) {
    return Optional.ofNullable(lines.find(id));
  }

  /** Returns when a line was opened, in milliseconds since 1970. */
  public long openedMillis(Line line) {
    return epochMillis() - Duration.ofNanos(nanos() - line.openedAt()).toMillis();
  }

  /** Returns whether a user has a line open. */
  public boolean isHere(User user) {
    return lines.has(user);
  }

  /** Returns how many users have a line open. */
  public long users() {
    return lines.users();
  }

  /**
   * Returns how many seats are taken or remembered. If other nodes share them, it returns how many
   * lines of this node have one, and walks all lines.
   */
  public int seatsTaken() {
    return seats().size().orElseGet(() -> membership.watch().seated());
  }

  /**
   * Returns how many publications the line that is furthest behind has not read. Walks all lines.
   */
  public long maxLag() {
    return lines.all().stream().mapToLong(Line::lag).max().orElse(0);
  }

  /** Returns how many threads are stuck in a write now. */
  public int stuckWriters() {
    return pool.stuck();
  }

  /** Returns where to tell of what failed and never should. */
  public FaultLog faults() {
    return faults;
  }

  /** Returns what happened since the start. */
  public Statistics statistics() {
    return statistics;
  }

  /** Returns how long a line at this door may be silent before a beat. */
  public Duration beat(Door door) {
    return beats.getOrDefault(door.name(), door.beat());
  }

  /**
   * Changes the beat of all lines at this door. Open lines follow at their next look at the clock.
   */
  public void beat(Door door, Duration beat) {
    beats.put(door.name(), beat);
  }

  /**
   * Changes what lines may cost. A limit that is read when a line opens applies only to lines that
   * open from now on.
   */
  public void limits(Limits next) {
    limits = next;
  }

  /**
   * Lets no more lines in and closes all open ones. Pages are told to come back at moments spread
   * over a time that grows with the number of lines, and never exceeds the drain window.
   *
   * @return completed when the last one is gone
   */
  public CompletionStage<Void> stop() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    stopped = done;
    LOG.log(Level.INFO, "closing {0} lines", open.get());
    long spread = spread(open.get(), limits.drain());
    for (Line line : lines.all()) {
      line.stop((long) (random() * spread), spread);
    }
    if (open.get() == 0) {
      done.complete(null);
    }
    return done;
  }

  /**
   * Returns over how long that many lines come back, in ms: short, because people wait, and long
   * enough for a server that has just started to take them.
   *
   * @param window the longest time
   */
  static long spread(int lines, Duration window) {
    long needed = lines * 1_000L / COMING_BACK_A_SECOND;
    return Math.min(window.toMillis(), Math.max(SHORTEST_SPREAD.toMillis(), needed));
  }

  /**
   * Tells the engine's threads to end but does not wait for them; whoever made them can. Nothing
   * more is written to lines that are still open.
   */
  public void close() {
    pool.close();
  }

  void gone(Line line, int code, @Nullable CloseStatus status, String reason) {
    lines.remove(line);
    lines.move(line, line.user(), null);
    int left = open.decrementAndGet();
    events.closed(line, code, status, reason);
    CompletableFuture<Void> done = stopped;
    if (left == 0 && done != null) {
      done.complete(null);
    }
  }

  CatchUps catchUps() {
    return catchUps;
  }

  Rights rights() {
    return rights;
  }

  Acknowledged acknowledged() {
    return acknowledged;
  }

  Asking asking() {
    return asking;
  }

  Authenticator tokens() {
    return tokens;
  }

  LineEvents events() {
    return events;
  }

  Lines lineIndex() {
    return lines;
  }

  /**
   * Returns how long a client that cannot be served now is to wait before it comes back, in
   * milliseconds. It is random, so that not all come back at once.
   */
  long comeBackMillis() {
    return 1_000 + (long) (random() * (isCutOff() ? 14_000 : 4_000));
  }

  /** Returns what a line may cost. */
  public Limits limits() {
    return limits;
  }

  Executor closers() {
    return closers;
  }

  WriterPool pool() {
    return pool;
  }

  Hub hub() {
    return hub;
  }

  Seats seats() {
    return membership.seats();
  }

  SeatWatch seatWatch() {
    return membership.watch();
  }

  long nanos() {
    return time.nanos();
  }

  /** Returns the time, in milliseconds since 1970. */
  public long epochMillis() {
    return time.epochMicros() / 1000;
  }

  double random() {
    return random.getAsDouble();
  }
}
