package io.heartline.store.redis.log;

import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.engine.Timers;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.TimeSource;
import io.heartline.store.redis.Redis;
import io.heartline.store.requests.Request;
import io.heartline.store.window.Bounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * Keeps channels in Redis, for several nodes. A publication that was answered is in Redis; how safe
 * it is there, Redis's own settings say. Several channels in one call are published together or not
 * at all if they are in one {@linkplain Partition partition}, and all are unless Redis is a
 * cluster.
 */
public final class RedisStore implements Store {
  static final String CLOSED = "the store is closed";

  /** How long the stop waits for Redis. */
  private static final Duration CLOSE = Duration.ofSeconds(10);

  /** How often Redis is asked for a sign of life while it cannot be used. */
  private static final Duration KNOCK = Duration.ofMillis(500);

  private final Redis redis;
  private final Timers timers;
  private final TimeSource time;
  private final List<Partition> partitions = new ArrayList<>();
  private volatile boolean closed;

  /**
   * @param redis stays open when this is closed
   * @param bounds how much all nodes together may keep in Redis
   * @param memory bytes of this node's memory for copies of what its lines read
   * @param timers polled by somebody; runs nothing that waits
   * @param life of a store that is made now: 1 to 16 of {@code a-z 0-9}, random
   * @param maxWaitingBytes bytes that calls may take while they wait for Redis
   */
  public RedisStore(
      Redis redis,
      Bounds bounds,
      long memory,
      Timers timers,
      TimeSource time,
      String life,
      ThreadFactory threads,
      long maxWaitingBytes) {
    this.redis = redis;
    this.timers = timers;
    this.time = time;
    int parts = redis.options().partitions();
    Bounds each = parts == 1
        ? bounds
        : new Bounds(
            bounds.retention(),
            bounds.bytes() / parts,
            Math.max(1, bounds.names() / parts),
            new Bounds.IdBounds(bounds.ids().age(), Math.max(1, bounds.ids().count() / parts)));
    Filled filled = new Filled(memory);
    for (int i = 0; i < parts; i++) {
      partitions.add(new Partition(
          redis, i, each, filled, timers, time, life, threads, maxWaitingBytes / parts));
    }
  }

  /** Starts its threads. */
  public void start() {
    partitions.forEach(Partition::start);
    knock();
  }

  /** While Redis cannot be used nobody may ask it, so nobody would notice that it is back. */
  private void knock() {
    if (closed) {
      return;
    }
    if (redis.problem().isPresent()) {
      redis.later(redis::ping).exceptionally(tooMany -> false);
    }
    timers.at(time.nanos() + KNOCK.toNanos(), this::knock);
  }

  private Partition partition(ChannelName name) {
    return partitions.get(Math.floorMod(name.text().hashCode(), partitions.size()));
  }

  @Override
  public void watch(Consumer<ChannelName> committed) {
    partitions.forEach(partition -> partition.watch(committed));
  }

  @Override
  public CompletionStage<List<Position>> append(List<Draft> drafts) {
    Optional<String> failure = failure();
    if (failure.isPresent()) {
      return CompletableFuture.failedFuture(new Unavailable(failure.get()));
    }
    if (partitions.size() == 1) {
      return queue(partitions.get(0), drafts);
    }
    return appendToSeveral(drafts);
  }

  private static CompletableFuture<List<Position>> queue(Partition partition, List<Draft> drafts) {
    Request request = new Request(drafts);
    String refusal = partition.absence();
    refusal = refusal == null ? partition.publisher().queue(request) : refusal;
    return refusal == null
        ? request.answer()
        : CompletableFuture.failedFuture(new Unavailable(refusal));
  }

  private CompletionStage<List<Position>> appendToSeveral(List<Draft> drafts) {
    Map<Partition, List<Integer>> parts = new LinkedHashMap<>();
    for (int i = 0; i < drafts.size(); i++) {
      parts
          .computeIfAbsent(partition(drafts.get(i).channel()), part -> new ArrayList<>())
          .add(i);
    }
    Position[] positions = new Position[drafts.size()];
    List<CompletableFuture<?>> answers = new ArrayList<>();
    parts.forEach((part, numbers) ->
        answers.add(queue(part, numbers.stream().map(drafts::get).toList()).thenAccept(given -> {
          for (int i = 0; i < given.size(); i++) {
            positions[numbers.get(i)] = given.get(i);
          }
        })));
    CompletableFuture<List<Position>> all = new CompletableFuture<>();
    CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .whenComplete((done, failure) -> {
          if (failure == null) {
            all.complete(List.of(positions));
          } else { // a dependent stage would wrap it
            all.completeExceptionally(failure.getCause() == null ? failure : failure.getCause());
          }
        });
    return all;
  }

  @Override
  public CompletionStage<Opened> open(ChannelName channel, From from) {
    return partition(channel).open(channel, from);
  }

  @Override
  public Optional<String> failure() {
    return closed ? Optional.of(CLOSED) : Optional.empty();
  }

  @Override
  public Optional<String> problem() {
    return failure()
        .or(redis::problem)
        .or(() -> partitions.stream()
            .flatMap(partition -> partition.problem().stream())
            .findFirst());
  }

  @Override
  public void sweep() {
    partitions.forEach(Partition::sweep);
  }

  @Override
  public void close() {
    closed = true;
    partitions.forEach(Partition::close);
    long deadline = CLOSE.toMillis() / partitions.size();
    try {
      for (Partition partition : partitions) {
        partition.publisher().join(deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
