package io.heartline.store.redis.blocks;

import io.heartline.engine.Blocks;
import io.heartline.engine.Store;
import io.heartline.model.Block;
import io.heartline.model.Identity;
import io.heartline.store.redis.Bytes;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.RedisAway;
import io.heartline.store.redis.Script;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The blocks of all nodes, in Redis. Nothing is kept here: whoever comes in is looked up, so a
 * block holds on every node from the moment in which it was answered. While Redis does not answer
 * it is not known who is kept out, and nobody is let in. Ends are judged by the clock of Redis.
 */
public final class RedisBlocks implements Blocks {
  /** Blocks are kept in this partition. */
  private static final int PARTITION = 0;

  private static final Script BLOCK = Script.beside(RedisBlocks.class, "over.lua", "block.lua");
  private static final Script LIFT = Script.beside(RedisBlocks.class, "over.lua", "lift.lua");
  private static final Script ALL = Script.beside(RedisBlocks.class, "over.lua", "all.lua");

  private final Redis redis;
  private final int most;
  private final List<String> keys;
  private final Lookup lookup;

  /** The state of Redis when all blocks were last asked for; empty before that. */
  private volatile String version = "";

  /** @param most blocks at a time */
  public RedisBlocks(Redis redis, int most) {
    this.redis = redis;
    this.most = most;
    String prefix = redis.keys(PARTITION);
    keys = List.of(prefix + "blocks", prefix + "blocks-until", prefix + "blocks-version");
    lookup = new Lookup(redis, keys.get(0));
  }

  @Override
  public CompletionStage<Optional<Block>> of(Identity identity) {
    List<Whom> whom = new ArrayList<>(2);
    if (identity.user() != null) {
      whom.add(new Whom.OneUser(identity.user()));
    }
    if (identity.tokenId() != null) {
      whom.add(new Whom.Token(identity.tokenId()));
    }
    CompletionStage<Optional<Block>> found = CompletableFuture.completedFuture(Optional.empty());
    for (Whom one : whom) {
      found = found.thenCombine(of(one), (first, second) -> first.isPresent() ? first : second);
    }
    return found;
  }

  @Override
  public CompletionStage<Optional<Block>> of(Whom whom) {
    return RedisAway.told(
        lookup.find(whom), why -> "it is not known whether they are blocked: " + why);
  }

  @Override
  public CompletionStage<Void> block(Whom whom, Block block) {
    List<byte[]> args = List.of(
        Bytes.of(Written.field(whom)),
        Bytes.of(Written.value(block)),
        Bytes.of(block.untilMillis()),
        Bytes.of(most));
    CompletionStage<Void> kept = redis.later(BLOCK, keys, args).thenAccept(answer -> {
      if (!answer.equals(1L)) {
        throw new Store.Unavailable(
            "does not hold: all " + most + " blocks of heartline.blocks are in use");
      }
    });
    return RedisAway.told(kept, why -> "may not hold: " + why);
  }

  @Override
  public CompletionStage<Boolean> lift(Whom whom) {
    CompletionStage<Boolean> lifted = redis
        .later(LIFT, keys, List.of(Bytes.of(Written.field(whom))))
        .thenApply(answer -> answer.equals(1L));
    return RedisAway.told(lifted, why -> "may still hold: " + why);
  }

  @Override
  public CompletionStage<Map<Whom, Block>> missed(boolean all) {
    CompletionStage<Map<Whom, Block>> blocks = redis
        .later(ALL, keys, List.of(Bytes.of(all ? "" : version)))
        .thenApply(answer -> read((List<?>) answer));
    return RedisAway.told(blocks, why -> "it is not known who is blocked: " + why);
  }

  private Map<Whom, Block> read(List<?> answer) {
    Map<Whom, Block> blocks = new HashMap<>();
    for (int i = 1; i + 1 < answer.size(); i += 2) {
      Block block = Written.block(Bytes.text(answer.get(i + 1)));
      Written.whom(Bytes.text(answer.get(i))).ifPresent(whom -> blocks.put(whom, block));
    }
    version = Bytes.text(answer.get(0));
    return blocks;
  }
}
