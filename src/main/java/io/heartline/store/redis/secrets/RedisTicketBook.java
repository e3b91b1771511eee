package io.heartline.store.redis.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.engine.TicketBook;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.store.redis.Bytes;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.RedisAway;
import io.heartline.store.redis.Script;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The tickets of all nodes, in Redis: one that was issued by one node is good on any, once. */
public final class RedisTicketBook implements TicketBook {
  /** Tickets are kept in this partition. */
  private static final int PARTITION = 0;

  private static final Script PUT = Script.beside(RedisTicketBook.class, "put.lua");
  private static final Script TAKE = Script.beside(RedisTicketBook.class, "take.lua");

  private final Redis redis;
  private final String prefix;

  public RedisTicketBook(Redis redis) {
    this.redis = redis;
    prefix = redis.keys(PARTITION);
  }

  @Override
  public CompletionStage<Boolean> put(String hash, Identity identity) {
    User user = identity.user();
    if (user == null) {
      return CompletableFuture.completedFuture(false);
    }
    List<byte[]> args = List.of(
        Bytes.of(hash),
        Bytes.of(user.id()),
        Bytes.of(IdentityText.write(identity)),
        Bytes.of(GOOD.toMillis()),
        Bytes.of(MOST),
        Bytes.of(MOST_OF_A_USER));
    return RedisAway.told(
        redis.later(PUT, keys(hash), args).thenApply(answer -> answer.equals(1L)),
        why -> "no ticket can be given: " + why);
  }

  @Override
  public CompletionStage<Optional<Identity>> take(String hash) {
    return RedisAway.told(
        redis
            .later(TAKE, keys(hash), List.of(Bytes.of(hash)))
            .thenApply(answer -> answer instanceof byte[] text
                ? IdentityText.read(new String(text, UTF_8))
                : Optional.empty()),
        why -> "no ticket can be looked up: " + why);
  }

  private List<String> keys(String hash) {
    return List.of(prefix + "ticket:" + hash, prefix + "tickets", prefix + "tickets:");
  }
}
