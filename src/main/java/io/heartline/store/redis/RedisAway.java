package io.heartline.store.redis;

import io.heartline.engine.Outcome;
import io.heartline.engine.Store;
import io.heartline.model.OneLine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Redis did not do what it was asked. Unless {@link #refused}, nobody knows whether it will have:
 * the answer may be all that was lost.
 */
public final class RedisAway extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean refused;

  RedisAway(String message, boolean refused, @Nullable Throwable cause) {
    super(OneLine.of(message), cause);
    this.refused = refused;
  }

  /** It was not asked, because it cannot be used. */
  RedisAway(Problem problem) {
    super(problem.line());
    refused = true;
  }

  /** Returns whether Redis said no, so that nothing was changed. */
  public boolean refused() {
    return refused;
  }

  /** Returns whether it was asked and said no: it may well answer another question. */
  public boolean isAnswer() {
    return refused && getCause() != null;
  }

  /**
   * Returns a stage that fails with {@link Store.Unavailable} where the given one fails with this.
   *
   * @param words makes the message from the one of this
   */
  public static <T> CompletionStage<T> told(
      CompletionStage<T> stage, Function<String, String> words) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    stage.whenComplete((value, failure) -> {
      Throwable cause = Outcome.cause(failure);
      if (cause == null) {
        answer.complete(value);
      } else if (cause instanceof RedisAway away) {
        answer.completeExceptionally(
            new Store.Unavailable(words.apply(String.valueOf(away.getMessage()))));
      } else {
        answer.completeExceptionally(cause);
      }
    });
    return answer;
  }
}
