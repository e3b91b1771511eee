package io.heartline.engine;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Reads how a stage ended. */
public final class Outcome {
  private Outcome() {}

  /**
   * Returns the original failure, without the exceptions that stages wrap it in; null stays null.
   */
  public static @Nullable Throwable cause(@Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
