package io.heartline.engine;

import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Says what a client may do. It may have to ask somebody else, so the answer may come later. */
@FunctionalInterface
public interface Rights {
  /** What somebody wants to do with a channel. */
  enum Action {
    /** Read what is published from now on, and what is retained, on a line. */
    SUBSCRIBE("subscribe"),
    /** Read what is retained, by HTTP. */
    READ_HISTORY("history"),
    /** Publish on a line. Servers with a key are not asked about. */
    PUBLISH("publish"),
    /** See who reads it. */
    PRESENCE("presence");

    private final String word;

    Action(String word) {
      this.word = word;
    }

    /** Returns the word for it, in settings and for the application. */
    public String word() {
      return word;
    }
  }

  /** Whether something may be done. */
  enum May {
    YES,
    NO,
    /** It is not known now, and may be later. It is never taken for a yes, and ends nothing. */
    UNKNOWN
  }

  /**
   * What rights say.
   *
   * @param untilMillis until when a yes holds, in milliseconds since 1970; {@link Identity#NEVER}
   *     if it does not end by itself. Whoever acts on it for longer asks again then
   */
  record Decision(May may, long untilMillis) {
    /** A yes that does not end by itself. */
    public static final Decision YES = new Decision(May.YES, Identity.NEVER);

    public static final Decision NO = new Decision(May.NO, Identity.NEVER);

    public static final Decision UNKNOWN = new Decision(May.UNKNOWN, Identity.NEVER);

    /** Returns {@link #YES} or {@link #NO}. */
    public static Decision of(boolean may) {
      return may ? YES : NO;
    }

    /** Returns this decision as an answer that is already there. */
    public CompletionStage<Decision> now() {
      return CompletableFuture.completedFuture(this);
    }
  }

  /** Begins to decide. An answer that fails counts as {@link May#UNKNOWN}. */
  CompletionStage<Decision> may(Identity identity, Action action, ChannelName channel);

  /**
   * Sets the watcher that is told when answers may differ from now on. Rights that never change, or
   * only when a decision runs out, need not remember it.
   */
  default void watch(Watcher watcher) {}

  /** Told of changes; must return at once. */
  @FunctionalInterface
  interface Watcher {
    /** @param user the user whose rights have changed; null if anybody's may have */
    void changed(@Nullable User user);
  }
}
