package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.log.From;
import io.heartline.log.Retention;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.User;
import io.heartline.store.memory.MemoryStore;
import io.heartline.store.window.Bounds;
import io.heartline.testing.Arrivals;
import io.heartline.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Several engines that share a book, a bus and a store, all of them simulated and without threads.
 * What is under way arrives in any order, late, twice or not at all. A node may stand still or die,
 * and the book may fail, lose its latest entries, or be away.
 */
final class SimulatedCluster {
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration STILL = Duration.ofSeconds(5);

  /** How old something may be that is replaced in the book; less than a failover takes. */
  private static final Duration FRESH = Duration.ofMillis(500);

  final FakeTime time = new FakeTime();
  final List<Node> nodes = new ArrayList<>();
  final Book book = new Book();
  private final Random random;
  private final List<Step> underWay = new ArrayList<>();
  private final List<Consumer<ChannelName>> watchers = new ArrayList<>();
  private final MemoryStore store;
  private int names;

  /** How likely it is that a message or a question is lost, or that a message comes twice. */
  double loss;

  /** Messages between nodes are dropped. */
  boolean deaf;

  /**
   * Something that happens later.
   *
   * @param at at which node; null for the book
   */
  private record Step(Node at, Runnable task) {
    boolean isVain() {
      return at != null && at.dead;
    }

    boolean isPossible() {
      return at == null || !at.frozen;
    }
  }

  SimulatedCluster(Random random, int nodes) {
    this.random = random;
    Retention retention = new Retention(1000, Duration.ofHours(24), 8 << 20);
    store = new MemoryStore(new Bounds(retention, 256 << 20, 100), time, "t");
    store.watch(channel -> List.copyOf(watchers).forEach(watcher -> watcher.accept(channel)));
    for (int i = 0; i < nodes; i++) {
      add();
    }
  }

  Node add() {
    Node node = new Node("n" + names++);
    nodes.add(node);
    return node;
  }

  private boolean lost() {
    return loss > 0 && random.nextDouble() < loss;
  }

  private void later(Node at, Runnable task) {
    underWay.add(new Step(at, task));
  }

  /** Does one of the things that are under way; returns whether there was one. */
  boolean step() {
    underWay.removeIf(Step::isVain);
    List<Step> possible = underWay.stream().filter(Step::isPossible).toList();
    if (possible.isEmpty()) {
      return false;
    }
    Step step = possible.get(random.nextInt(possible.size()));
    underWay.remove(step);
    step.task.run();
    if (step.at != null) {
      step.at.run();
    }
    return true;
  }

  /** Lets everything arrive that is under way. */
  void settle() {
    for (int steps = 0; step(); steps++) {
      assertThat(steps).as("it settles").isLessThan(100_000);
    }
  }

  /** Moves time on by up to a second at a time, and lets everything arrive. */
  void pass(Duration duration) {
    for (Duration left = duration; !left.isZero(); ) {
      Duration part = left.compareTo(Duration.ofSeconds(1)) > 0 ? Duration.ofSeconds(1) : left;
      left = left.minus(part);
      tick(part);
      settle();
    }
  }

  /** Moves time on; nothing arrives. */
  void tick(Duration by) {
    time.advance(by);
    List.copyOf(nodes).forEach(Node::tick);
  }

  /** Publishes for all who read a channel, on whatever node. */
  Position publish(ChannelName channel, String data) {
    Position at = store
        .append(List.of(new Draft(channel, data)))
        .toCompletableFuture()
        .join()
        .get(0);
    List.copyOf(nodes).forEach(Node::run);
    return at;
  }

  /** All connections to the book were lost and are there again. */
  void reconnect() {
    for (Node node : nodes) {
      later(node, () -> node.bus.tell(Bus.Doubt.RECONNECTED));
    }
  }

  /** One node. */
  final class Node {
    final SimulatedBus bus;
    final Engine engine;
    boolean frozen;
    boolean dead;
    private final Consumer<ChannelName> watcher;
    private final List<Runnable> whenThawed = new ArrayList<>();

    private Node(String name) {
      bus = new SimulatedBus(this, name);
      Store own = new Store() {
        @Override
        public CompletionStage<List<Position>> append(List<Draft> drafts) {
          return store.append(drafts);
        }

        @Override
        public CompletionStage<Opened> open(ChannelName channel, From from) {
          return store.open(channel, from);
        }

        @Override
        public void watch(Consumer<ChannelName> committed) {
          watchers.add(committed);
        }

        @Override
        public void sweep() {}

        @Override
        public void close() {}
      };
      engine = new Engine(
          own,
          (identity, action, channel) -> Rights.Decision.YES.now(),
          credentials -> new Authenticator.Verdict.Nobody().now(),
          limits(),
          time,
          () -> 0,
          Thread::new,
          1,
          1,
          Runnable::run,
          1 << 20,
          new Unfinished(512 << 20, 64 * 1024));
      watcher = watchers.get(watchers.size() - 1);
      engine.join(bus, book.of(this));
    }

    Line open(Door door, User user, Connection connection) {
      Line line = engine.open(door, connection, Arrivals.of(user)).orElseThrow();
      run();
      return line;
    }

    void say(Line line, String text) {
      line.received(text);
      run();
    }

    /** Lets its threads run. */
    void run() {
      if (!frozen && !dead) {
        boolean more = true;
        while (more) {
          more = engine.pool().turn(true);
        }
      }
    }

    private void tick() {
      if (frozen || dead) {
        return;
      }
      if (random.nextBoolean()) { // any thread may come first
        run();
      }
      bus.tick();
      engine.timers().poll(time.nanos());
      run();
    }

    /** Stops it between two instructions, as {@code kill -STOP} does. */
    void freeze() {
      frozen = true;
    }

    void thaw() {
      frozen = false;
      List<Runnable> waiting = List.copyOf(whenThawed);
      whenThawed.clear();
      if (random.nextBoolean()) {
        tick();
      }
      waiting.forEach(Runnable::run);
      run();
    }

    /** Does something at this node, once it is not frozen. */
    void whenThawed(Runnable task) {
      if (frozen) {
        whenThawed.add(task);
      } else if (!dead) {
        task.run();
        run();
      }
    }

    void kill() {
      dead = true;
      watchers.remove(watcher);
      nodes.remove(this);
    }
  }

  private static Limits limits() {
    return new Limits(
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        8,
        64 * 1024,
        64 * 1024,
        Duration.ofHours(400),
        Duration.ofHours(1200),
        Duration.ofSeconds(30),
        10_000,
        Limits.Flow.UNLIMITED);
  }

  final class SimulatedBus implements Bus {
    private final Node self;
    private final String name;
    private final List<BiConsumer<String, String>> listeners = new ArrayList<>();
    private final List<Consumer<Doubt>> doubters = new ArrayList<>();

    /** When its clock was last looked at. */
    private long ticked = time.nanos();

    private Set<String> known = Set.of();

    /** It could not renew its lease. */
    boolean unleased;

    private SimulatedBus(Node self, String name) {
      this.self = self;
      this.name = name;
    }

    private void tick() {
      if (!isAwake()) {
        tell(Doubt.PAUSED);
      }
      ticked = time.nanos();
      if (random.nextInt(4) == 0) {
        known = living();
      }
    }

    private Set<String> living() {
      return nodes.stream()
          .filter(node -> time.nanos() - node.bus.ticked < LEASE.toNanos())
          .map(node -> node.bus.name)
          .collect(Collectors.toSet());
    }

    private void tell(Doubt why) {
      doubters.forEach(told -> told.accept(why));
    }

    @Override
    public String node() {
      return name;
    }

    @Override
    public Set<String> nodes() {
      Set<String> all = new HashSet<>(known);
      all.add(name);
      return all;
    }

    @Override
    public CompletionStage<Set<String>> look() {
      CompletableFuture<Set<String>> answer = new CompletableFuture<>();
      later(self, () -> answer.complete(known = living()));
      return answer;
    }

    @Override
    public boolean isLeased() {
      return !unleased && time.nanos() - ticked < LEASE.toNanos();
    }

    @Override
    public boolean isAwake() {
      return time.nanos() - ticked <= STILL.toNanos();
    }

    @Override
    public void send(String to, String message) {
      nodes.stream().filter(node -> node.bus.name.equals(to)).forEach(node -> send(node, message));
    }

    private void send(Node to, String message) {
      if (deaf || lost()) {
        return;
      }
      for (int times = lost() ? 2 : 1; times > 0; times--) {
        later(to, () -> to.bus.hear(name, message));
      }
    }

    /** A message arrives. */
    void hear(String from, String message) {
      listeners.forEach(told -> told.accept(from, message));
    }

    @Override
    public void sendAll(String message) {
      nodes.stream().filter(node -> node != self).forEach(node -> send(node, message));
    }

    @Override
    public void onMessage(BiConsumer<String, String> told) {
      listeners.add(told);
    }

    @Override
    public void onDoubt(Consumer<Doubt> told) {
      doubters.add(told);
    }
  }

  /** The book that all share. */
  final class Book {
    final Map<SeatKey, Seat> seats = new HashMap<>();

    /** All claims that were ever written, oldest first, even if the book has lost them since. */
    final List<Claimed> claimed = new ArrayList<>();

    private final List<Map<SeatKey, Seat>> past = new ArrayList<>();
    boolean away;
    int reads;

    record Claimed(SeatKey key, Holder holder) {}

    /** A failover to a copy that lacks the latest changes. It takes a second. */
    void rewind() {
      if (!past.isEmpty()) {
        seats.clear();
        seats.putAll(past.get(Math.max(0, past.size() - 1 - random.nextInt(6))));
      }
      time.advance(Duration.ofSeconds(1));
      reconnect();
    }

    /** It is there again, without anything. */
    void forget() {
      seats.clear();
      time.advance(Duration.ofSeconds(1));
      reconnect();
    }

    private void write(SeatKey key, Seat after) {
      past.add(new HashMap<>(seats));
      if (past.size() > 8) {
        past.remove(0);
      }
      long highest = claimed.stream()
          .filter(claim -> claim.key.equals(key))
          .mapToLong(claim -> claim.holder.claim())
          .max()
          .orElse(0);
      for (Holder holder : after.holders()) {
        Claimed claim = new Claimed(key, holder);
        if (!claimed.contains(claim)) {
          assertThat(holder.claim())
              .as("a later claim has the higher number, whatever the book has lost")
              .isGreaterThan(highest);
          claimed.add(claim);
        }
      }
      seats.put(key, after);
    }

    /** Returns the book as a node sees it. */
    private SeatBook of(Node node) {
      return new SeatBook() {
        @Override
        public CompletionStage<Entry> read(SeatKey key) {
          return ask(node, () -> {
            reads++;
            return new Entry(seats.getOrDefault(key, Seat.EMPTY), time.epochMicros() / 1000);
          });
        }

        @Override
        public CompletionStage<Boolean> replace(SeatKey key, Entry before, Seat after) {
          return ask(node, () -> {
            long age = time.epochMicros() / 1000 - before.nowMillis();
            if (age > FRESH.toMillis()
                || !seats.getOrDefault(key, Seat.EMPTY).equals(before.seat())) {
              return false;
            }
            write(key, after);
            return true;
          });
        }

        @Override
        public void sweep() {}

        @Override
        public OptionalInt size() {
          return OptionalInt.empty();
        }
      };
    }

    /** The question and the answer may be lost, and each takes its time. */
    private <T> CompletionStage<T> ask(Node node, Supplier<T> question) {
      CompletableFuture<T> answer = new CompletableFuture<>();
      Runnable fail = () -> answer.completeExceptionally(new Store.Unavailable("no answer"));
      later(null, () -> {
        if (away || lost()) {
          later(node, fail);
          return;
        }
        T done = question.get();
        later(node, lost() ? fail : () -> answer.complete(done));
      });
      return answer;
    }
  }
}
