package io.heartline.security;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Rights;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was answered to questions about rights, as long as it holds. Bounded: the one least recently
 * used is forgotten first. A yes and a no do not take each other's room, so that a stranger who
 * asks for much that they may not have makes nobody else be asked about again.
 */
final class RememberedAnswers {
  /** What was asked. Two clients of whom the same is known get the same answer. */
  record Question(
      @Nullable User user, Set<String> grants, Rights.Action action, ChannelName channel) {
    static Question of(Identity identity, Rights.Action action, ChannelName channel) {
      return new Question(identity.user(), identity.grants(), action, channel);
    }
  }

  private final int most;

  /** Until when each yes holds, in nanoseconds; the least recently used first. */
  @GuardedBy("this")
  private final Map<Question, Long> yes = new LinkedHashMap<>(16, 0.75f, true);

  /** The same for each no. */
  @GuardedBy("this")
  private final Map<Question, Long> no = new LinkedHashMap<>(16, 0.75f, true);

  /** @param most how many of each kind are remembered */
  RememberedAnswers(int most) {
    this.most = most;
  }

  /**
   * Returns until when a yes, or a no, holds, in nanoseconds; null if there was none, or it holds
   * no longer.
   */
  synchronized @Nullable Long until(boolean allowed, Question question, long nowNanos) {
    Map<Question, Long> answers = allowed ? yes : no;
    Long until = answers.get(question);
    if (until != null && until - nowNanos <= 0) {
      answers.remove(question);
      return null;
    }
    return until;
  }

  synchronized void remember(boolean allowed, Question question, long untilNanos) {
    (allowed ? no : yes).remove(question);
    Map<Question, Long> answers = allowed ? yes : no;
    answers.put(question, untilNanos);
    if (answers.size() > most) {
      answers.remove(answers.keySet().iterator().next());
    }
  }

  synchronized int size() {
    return yes.size() + no.size();
  }
}
