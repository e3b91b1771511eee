package io.heartline.store.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks many small questions of one kind. While one is under way the next ones wait, and go
 * together: when thousands of clients come back at once, Redis is asked a few times only.
 * Thread-safe.
 *
 * @param <Q> a question
 * @param <A> its answer
 */
public final class Together<Q, A> {
  private final Redis redis;
  private final int most;
  private final Function<List<Q>, CompletionStage<List<A>>> ask;

  /** The longest waiting first. */
  @GuardedBy("this")
  private List<Asked<Q, A>> waiting = new ArrayList<>();

  @GuardedBy("this")
  private boolean asking;

  private record Asked<Q, A>(Q question, CompletableFuture<A> answer, long atNanos) {}

  /**
   * @param most questions that go together; Redis does nothing else meanwhile
   * @param ask asks Redis; returns one answer for each question, in their order
   */
  public Together(Redis redis, int most, Function<List<Q>, CompletionStage<List<A>>> ask) {
    this.redis = redis;
    this.most = most;
    this.ask = ask;
  }

  /**
   * Asks soon.
   *
   * @return fails with {@link RedisAway} if there was no answer, or if the question has waited for
   *     longer than an answer may take
   */
  public CompletableFuture<A> ask(Q question) {
    Asked<Q, A> asked = new Asked<>(question, new CompletableFuture<>(), redis.nanos());
    synchronized (this) {
      waiting.add(asked);
    }
    askNext();
    return asked.answer;
  }

  private void askNext() {
    List<Asked<Q, A>> late;
    List<Asked<Q, A>> group;
    synchronized (this) {
      if (asking || waiting.isEmpty()) {
        return;
      }
      int from = late();
      int to = Math.min(from + most, waiting.size());
      late = List.copyOf(waiting.subList(0, from));
      group = List.copyOf(waiting.subList(from, to));
      waiting = new ArrayList<>(waiting.subList(to, waiting.size()));
      asking = !group.isEmpty();
    }
    for (Asked<Q, A> one : late) {
      one.answer.completeExceptionally(new RedisAway(Question.LATE, true, null));
    }
    if (group.isEmpty()) {
      return;
    }
    ask(group).whenComplete((answers, failure) -> {
      synchronized (this) {
        asking = false;
      }
      askNext(); // first: those who wait need not wait for what the others do next
      finish(group, answers, failure);
    });
  }

  /** Returns how many have waited for so long that nobody expects an answer. */
  @GuardedBy("this")
  private int late() {
    long now = redis.nanos();
    long longest = redis.options().timeout().toNanos();
    int late = 0;
    while (late < waiting.size() && now - waiting.get(late).atNanos > longest) {
      late++;
    }
    return late;
  }

  private CompletionStage<List<A>> ask(List<Asked<Q, A>> group) {
    return ask.apply(group.stream().map(Asked::question).toList());
  }

  private void finish(
      List<Asked<Q, A>> group, @Nullable List<A> answers, @Nullable Throwable failure) {
    if (answers != null) {
      for (int i = 0; i < group.size(); i++) {
        group.get(i).answer.complete(answers.get(i));
      }
      return;
    }
    Throwable cause = Outcome.cause(failure);
    if (group.size() > 1 && cause instanceof RedisAway away && away.isAnswer()) {
      group.forEach(this::askAlone);
      return;
    }
    group.forEach(asked -> asked.answer.completeExceptionally(
        cause == null ? new IllegalStateException("there was no answer") : cause));
  }

  /**
   * One that is refused must not keep the others from being answered. And while a Redis Cluster
   * moves a partition, each key is found alone only.
   */
  private void askAlone(Asked<Q, A> asked) {
    List<Asked<Q, A>> one = List.of(asked);
    ask(one).whenComplete((answers, failure) -> finish(one, answers, failure));
  }
}
