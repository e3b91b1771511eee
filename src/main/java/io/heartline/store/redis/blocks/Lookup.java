package io.heartline.store.redis.blocks;

import io.heartline.engine.Blocks.Whom;
import io.heartline.model.Block;
import io.heartline.store.redis.Bytes;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.Script;
import io.heartline.store.redis.Together;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Looks up who is kept out, many at a time. Thread-safe. */
final class Lookup {
  /** How many are looked up at a time. */
  private static final int MOST = 512;

  private static final Script FIND = Script.beside(Lookup.class, "find.lua");

  private final Redis redis;
  private final List<String> keys;
  private final Together<Whom, Optional<Block>> lookups;

  Lookup(Redis redis, String key) {
    this.redis = redis;
    keys = List.of(key);
    lookups = new Together<>(redis, MOST, this::findAll);
  }

  /** Fails if Redis does not answer. */
  CompletableFuture<Optional<Block>> find(Whom whom) {
    return lookups.ask(whom);
  }

  private CompletionStage<List<Optional<Block>>> findAll(List<Whom> all) {
    List<byte[]> fields =
        all.stream().map(whom -> Bytes.of(Written.field(whom))).toList();
    return redis.later(FIND, keys, fields).thenApply(answer -> {
      List<?> values = (List<?>) answer;
      long nowMillis = (Long) values.get(0);
      List<Optional<Block>> found = new ArrayList<>(all.size());
      for (Object value : values.subList(1, values.size())) {
        found.add(block(nowMillis, (byte[]) value));
      }
      return found;
    });
  }

  private static Optional<Block> block(long nowMillis, byte @Nullable [] value) {
    return value == null
        ? Optional.empty()
        : Optional.of(Written.block(new String(value, StandardCharsets.UTF_8)))
            .filter(block -> block.holds(nowMillis));
  }
}
