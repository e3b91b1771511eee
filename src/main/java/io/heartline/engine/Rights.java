package io.heartline.engine;

import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Says what a client may do. It may have to ask somebody else, so the answer may come later. */
@FunctionalInterface
public interface Rights {
  /** What somebody wants to do with a channel. */
  enum Action {
    /** Read what is published from now on, and what is retained, on a line. */
    SUBSCRIBE,
    /** Read what is retained, by HTTP. */
    READ_HISTORY
  }

  /**
   * Begins to decide. An answer that fails counts as no for now: the client is told that it can try
   * again.
   */
  CompletionStage<Boolean> may(Identity identity, Action action, ChannelName channel);

  /**
   * Sets the watcher that is told when answers may differ from now on. Rights that never change
   * need not remember it.
   */
  default void watch(Watcher watcher) {}

  /** Told of changes; must return at once. */
  @FunctionalInterface
  interface Watcher {
    /** @param user the user whose rights have changed; null if anybody's may have */
    void changed(@Nullable User user);
  }
}
