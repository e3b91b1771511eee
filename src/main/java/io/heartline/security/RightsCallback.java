package io.heartline.security;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.CallbackLog;
import io.heartline.engine.Remote;
import io.heartline.engine.Rights;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.model.TimeSource;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks the application by HTTP, and remembers what it answers for as long as it says. Who asks the
 * same while a question is under way waits for its answer. If the application cannot be asked, or
 * answers in another way than it must, it is not known whether something may be done.
 */
public final class RightsCallback implements Rights {
  private final Remote application;
  private final URI url;
  private final Map<String, String> headers;
  private final RememberedAnswers answers;
  private final TimeSource time;
  private final CallbackLog log;

  @GuardedBy("this")
  private final Map<RememberedAnswers.Question, CompletableFuture<Decision>> underWay =
      new HashMap<>();

  /**
   * @param key sent as a Bearer token; null if none is set
   * @param answers how many are remembered, a yes and a no each
   */
  public RightsCallback(
      Remote application,
      URI url,
      @Nullable String key,
      int answers,
      TimeSource time,
      CallbackLog log) {
    this.application = application;
    this.url = url;
    headers = key == null ? Map.of() : Map.of("Authorization", "Bearer " + key);
    this.answers = new RememberedAnswers(answers);
    this.time = time;
    this.log = log;
  }

  @Override
  public CompletionStage<Decision> may(Identity identity, Action action, ChannelName channel) {
    RememberedAnswers.Question question = RememberedAnswers.Question.of(identity, action, channel);
    CompletableFuture<Decision> answer;
    synchronized (this) { // what is no longer under way is remembered before this is left
      Decision known = remembered(question);
      if (known != null) {
        return known.now();
      }
      CompletableFuture<Decision> asked = underWay.get(question);
      if (asked != null) {
        return asked.copy();
      }
      answer = new CompletableFuture<>();
      underWay.put(question, answer);
    }
    application
        .post(url, headers, RightsQuestion.json(identity, action, channel))
        .handle((given, failure) -> decision(question, given))
        .thenAccept(answer::complete);
    return answer.copy();
  }

  private @Nullable Decision remembered(RememberedAnswers.Question question) {
    long now = time.nanos();
    Long until = answers.until(true, question, now);
    if (until != null) {
      return yes(until - now);
    }
    return answers.until(false, question, now) == null ? null : Decision.NO;
  }

  /** @param leftNanos how long it holds */
  private Decision yes(long leftNanos) {
    return new Decision(May.YES, (time.epochMicros() + leftNanos / 1000) / 1000 + 1);
  }

  /** Returns what an answer says, and remembers it. The question is no longer under way then. */
  private Decision decision(RememberedAnswers.Question question, Remote.@Nullable Answer given) {
    RightsAnswer answer = RightsAnswer.of(given);
    long holdsNanos = TimeUnit.MILLISECONDS.toNanos(answer.holdsMillis());
    synchronized (this) {
      if (answer.problem() == null) {
        answers.remember(answer.allow(), question, time.nanos() + holdsNanos);
      }
      underWay.remove(question);
    }
    if (answer.problem() != null) {
      log.failed("the application could not be asked about a right", url, answer.problem());
      return Decision.UNKNOWN;
    }
    return answer.allow() ? yes(holdsNanos) : Decision.NO;
  }

  /** Returns how many answers are remembered. */
  int remembered() {
    return answers.size();
  }
}
