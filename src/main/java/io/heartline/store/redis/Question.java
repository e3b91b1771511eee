package io.heartline.store.redis;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A question that waits for a thread.
 *
 * @param late whether it has waited for so long that nobody expects an answer
 */
record Question<T>(Supplier<T> supplier, CompletableFuture<T> answer, BooleanSupplier late)
    implements Runnable {
  /** What somebody is told whose question nobody expects an answer to any more. */
  static final String LATE = "Redis was not asked: too many questions waited before this one";

  @Override
  public void run() {
    if (late.getAsBoolean()) {
      refuse(LATE);
      return;
    }
    try {
      answer.complete(supplier.get());
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    }
  }

  /** Says that it was never asked. */
  void refuse(String why) {
    answer.completeExceptionally(new RedisAway(why, true, null));
  }
}
