package io.heartline.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * How long a line that comes in may still wait for the store and for what nodes share: one time for
 * all its questions together, so that none of them makes the client wait anew. What others are
 * asked, such as an application that knows users, does not count. One answer is awaited at a time.
 */
final class WaitingTime {
  /** As long as a hiccup of Redis may last without anybody noticing. */
  static final Duration IN_ALL = Duration.ofSeconds(2);

  private final Timers timers;
  private final LongSupplier nanos;

  /** In nanoseconds; changed by one thread at a time. */
  private volatile long left = IN_ALL.toNanos();

  WaitingTime(Timers timers, LongSupplier nanos) {
    this.timers = timers;
    this.nanos = nanos;
  }

  /**
   * Returns the answer if it comes in time, and one that is there already in any case.
   *
   * @return fails with {@link Store.Unavailable} if it does not come in time. What was asked for
   *     may still happen later
   */
  <T> CompletionStage<T> within(CompletionStage<T> answer) {
    CompletableFuture<T> awaited = answer.toCompletableFuture();
    if (awaited.isDone()) {
      return awaited;
    }
    long from = nanos.getAsLong();
    CompletableFuture<T> inTime = new CompletableFuture<>();
    Timers.Timer timeout = timers.judgeAt( // if this node stood still, the answer may lie unread
        from + left,
        () -> inTime.completeExceptionally(new Store.Unavailable("no answer came in time")));
    awaited.whenComplete((value, failure) -> {
      if (failure == null) {
        inTime.complete(value);
      } else {
        inTime.completeExceptionally(failure);
      }
    });
    return inTime.whenComplete((value, failure) -> {
      timeout.cancel();
      left = Math.max(0, left - (nanos.getAsLong() - from));
    });
  }

  /** Returns whether nothing is left of it. */
  boolean isOver() {
    return left == 0;
  }
}
