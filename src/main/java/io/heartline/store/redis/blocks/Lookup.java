package io.heartline.store.redis.blocks;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Blocks.Whom;
import io.heartline.model.Block;
import io.heartline.store.redis.Bytes;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.Script;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Looks up who is kept out. While one question is under way the next ones wait, and go together:
 * when thousands of clients come back at once, Redis is asked a few times only.
 */
final class Lookup {
  /** How many are looked up at a time. */
  private static final int MOST = 512;

  private static final Script FIND = Script.beside(Lookup.class, "find.lua");

  private final Redis redis;
  private final List<String> keys;

  @GuardedBy("this")
  private List<Asked> waiting = new ArrayList<>();

  @GuardedBy("this")
  private boolean asking;

  private record Asked(Whom whom, CompletableFuture<Optional<Block>> answer) {}

  Lookup(Redis redis, String key) {
    this.redis = redis;
    keys = List.of(key);
  }

  /** Fails if Redis does not answer. */
  CompletableFuture<Optional<Block>> find(Whom whom) {
    Asked asked = new Asked(whom, new CompletableFuture<>());
    synchronized (this) {
      waiting.add(asked);
    }
    ask();
    return asked.answer;
  }

  private void ask() {
    List<Asked> group;
    synchronized (this) {
      if (asking || waiting.isEmpty()) {
        return;
      }
      asking = true;
      int count = Math.min(MOST, waiting.size());
      group = List.copyOf(waiting.subList(0, count));
      waiting = new ArrayList<>(waiting.subList(count, waiting.size()));
    }
    List<byte[]> fields =
        group.stream().map(asked -> Bytes.of(Written.field(asked.whom))).toList();
    redis.later(FIND, keys, fields).whenComplete((answer, failure) -> {
      synchronized (this) {
        asking = false;
      }
      ask(); // first: those who wait need not wait for what the others do next
      answer(group, answer, failure);
    });
  }

  private static void answer(
      List<Asked> group, @Nullable Object answer, @Nullable Throwable failure) {
    for (int i = 0; i < group.size(); i++) {
      CompletableFuture<Optional<Block>> one = group.get(i).answer;
      if (failure != null) {
        one.completeExceptionally(failure);
      } else if (answer instanceof List<?> values) {
        one.complete(block((Long) values.get(0), (byte[]) values.get(i + 1)));
      }
    }
  }

  private static Optional<Block> block(long nowMillis, byte @Nullable [] value) {
    return value == null
        ? Optional.empty()
        : Optional.of(Written.block(new String(value, StandardCharsets.UTF_8)))
            .filter(block -> block.holds(nowMillis));
  }
}
