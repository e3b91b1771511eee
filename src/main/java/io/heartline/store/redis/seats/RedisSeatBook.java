package io.heartline.store.redis.seats;

import io.heartline.engine.Seat;
import io.heartline.engine.SeatBook;
import io.heartline.engine.SeatKey;
import io.heartline.store.redis.Bytes;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.Script;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * The seats of several nodes. Each is one value in Redis, which a script replaces if it is still
 * what was read. Its clock is the one of Redis. Thread-safe.
 *
 * <p>A seat that somebody holds is kept for {@value #TAKEN_HOURS} hours after it was last read or
 * written; whoever sits there has it read about once a minute. A seat that was left is remembered
 * for a while, so that the numbers of claims never run back.
 */
public final class RedisSeatBook implements SeatBook {
  private static final int TAKEN_HOURS = 24;
  private static final Duration TAKEN = Duration.ofHours(TAKEN_HOURS);
  private static final Duration LEFT = Duration.ofSeconds(600);

  /**
   * How long ago a seat may have been read that is replaced. The number of a claim is the time at
   * which the seat was read. If a copy takes over from Redis and lacks the latest claims, then the
   * claims that the copy takes must have higher numbers than those. So this is shorter than it
   * takes until a copy takes over.
   */
  private static final Duration FRESH = Duration.ofSeconds(3);

  /** A hold lasts for up to 10 minutes, and is forgotten after 10 more. */
  private static final Duration RESTLESS = Duration.ofSeconds(1260);

  private static final Script REPLACE = Script.beside(RedisSeatBook.class, "replace.lua");

  private final Redis redis;

  /** By partition. */
  private final List<SeatReads> reads;

  public RedisSeatBook(Redis redis) {
    this.redis = redis;
    reads = Stream.generate(() -> new SeatReads(redis, TAKEN.toMillis()))
        .limit(redis.options().partitions())
        .toList();
  }

  /** A door's name holds no colon, so no two seats have the same one. */
  private static String name(SeatKey seat) {
    return seat.door() + ':' + seat.user().id();
  }

  private int partition(String name) {
    return Math.floorMod(name.hashCode(), redis.options().partitions());
  }

  private String key(String name) {
    return redis.keys(partition(name)) + "seat:" + name;
  }

  @Override
  public CompletionStage<Entry> read(SeatKey key) {
    String name = name(key);
    return reads.get(partition(name)).read(key(name));
  }

  @Override
  public CompletionStage<Boolean> replace(SeatKey key, Entry before, Seat after) {
    List<byte[]> args = List.of(
        Bytes.of(SeatText.write(before.seat())),
        Bytes.of(SeatText.write(after)),
        Bytes.of(kept(after, before.nowMillis()).toMillis()),
        Bytes.of(before.nowMillis()),
        Bytes.of(FRESH.toMillis()));
    return redis
        .later(REPLACE, List.of(key(name(key))), args)
        .thenApply(answer -> (Long) answer == 1);
  }

  private static Duration kept(Seat seat, long nowMillis) {
    if (!seat.holders().isEmpty()) {
      return TAKEN;
    }
    return seat.forgettable(nowMillis) ? LEFT : RESTLESS;
  }

  /** Redis does it by itself. */
  @Override
  public void sweep() {}

  @Override
  public OptionalInt size() {
    return OptionalInt.empty();
  }
}
