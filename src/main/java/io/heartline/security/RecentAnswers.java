package io.heartline.security;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Authenticator.Verdict;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What was answered a moment ago, or is being asked. The same question is not asked twice
 * meanwhile: a page asks for several things at once, and a restart brings all pages back together.
 * Of the questions only hashes are kept.
 */
final class RecentAnswers {
  private final int most;
  private final Duration kept;
  private final LongSupplier nanos;

  /** By the hash of the question, the one used longest ago first. */
  @GuardedBy("this")
  private final LinkedHashMap<String, Recent> recent = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param most how many are kept
   * @param kept how long an answer is good
   */
  RecentAnswers(int most, Duration kept, LongSupplier nanos) {
    this.most = most;
    this.kept = kept;
    this.nanos = nanos;
  }

  /** @param ask begins to ask; its answer never fails */
  CompletionStage<Verdict> get(String hash, Supplier<CompletionStage<Verdict>> ask) {
    Recent mine = new Recent();
    synchronized (this) {
      Recent known = recent.get(hash);
      if (known != null && known.isGood(nanos.getAsLong())) {
        return known.answer;
      }
      recent.put(hash, mine);
      if (recent.size() > most) {
        recent.remove(recent.entrySet().iterator().next().getKey());
      }
    }
    ask.get().thenAccept(verdict -> {
      if (verdict instanceof Verdict.CannotSay) {
        forget(hash, mine);
      }
      mine.until = nanos.getAsLong() + kept.toNanos();
      mine.answer.complete(verdict);
    });
    return mine.answer;
  }

  private synchronized void forget(String hash, Recent one) {
    recent.remove(hash, one);
  }

  synchronized Map<String, ?> all() {
    return Map.copyOf(recent);
  }

  private static final class Recent {
    final CompletableFuture<Verdict> answer = new CompletableFuture<>();

    /** Set before the answer is there. */
    volatile long until;

    boolean isGood(long now) {
      return !answer.isDone() || until - now > 0;
    }
  }
}
