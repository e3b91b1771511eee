package io.heartline.store.redis;

import io.heartline.model.OneLine;
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
}
