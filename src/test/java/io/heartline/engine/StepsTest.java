package io.heartline.engine;

import static io.heartline.engine.Steps.DONE;
import static io.heartline.engine.Steps.then;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Steps one after the other, whenever their outcomes come. */
class StepsTest {
  private final List<String> taken = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final Steps steps = new Steps(tasks::add, failures::add, 100);

  private Steps.Step named(String name) {
    return () -> {
      taken.add(name);
      return DONE;
    };
  }

  /** A step that goes on with {@code name} once the outcome is there. */
  private Steps.Step awaiting(CompletableFuture<?> outcome, String name) {
    return () -> then(outcome, value -> named(name).take());
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  @Test
  void stepsWithoutWaitingRunAtOnceInOrder() {
    steps.add(List.of(named("a"), named("b")), 1);
    steps.add(List.of(named("c")), 1);
    assertThat(taken).containsExactly("a", "b", "c");
    assertThat(tasks).isEmpty();
  }

  @Test
  void whatFollowsAStepThatWaitsComesAfterItsOutcome() {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    steps.add(List.of(awaiting(outcome, "late"), named("next")), 1);
    steps.add(List.of(named("another")), 1);
    assertThat(taken).isEmpty();
    outcome.complete("");
    runTasks();
    assertThat(taken).containsExactly("late", "next", "another");
  }

  @Test
  void anOutcomeRunsNothingOnTheThreadThatBringsIt() {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    steps.add(List.of(awaiting(outcome, "late")), 1);
    outcome.complete("");
    assertThat(taken).as("before the executor has run").isEmpty();
    assertThat(tasks).hasSize(1);
  }

  @Test
  void aStepCanPutOthersBeforeAllThatWait() {
    steps.add(
        List.of(
            () -> {
              steps.addFirst(List.of(named("first"), named("second")));
              return DONE;
            },
            named("last")),
        1);
    assertThat(taken).containsExactly("first", "second", "last");
  }

  @Test
  void whatWaitsIsBoundedInNumber() {
    steps.add(List.of(awaiting(new CompletableFuture<>(), "never")), 1);
    List<Steps.Step> many = Collections.nCopies(Steps.MAX_WAITING, named("x"));
    assertThat(steps.add(many, 1)).isTrue();
    assertThat(steps.add(List.of(named("one more")), 1)).isFalse();
  }

  @Test
  void whatWaitsIsBoundedInLength() {
    steps.add(List.of(awaiting(new CompletableFuture<>(), "never")), 40);
    assertThat(steps.add(List.of(named("x")), 60)).isTrue();
    assertThat(steps.add(List.of(named("x")), 1)).isFalse();
  }

  @Test
  void theLengthCountsOnlyWhileSomethingWaits() {
    IntStream.range(0, 10)
        .forEach(i -> assertThat(steps.add(List.of(named("x")), 90)).isTrue());
    assertThat(taken).hasSize(10);
  }

  @Test
  void aFailureEndsAllAndIsToldOnce() {
    steps.add(
        List.of(
            () -> {
              throw new IllegalStateException("as it is to be");
            },
            named("never")),
        1);
    steps.add(List.of(named("never either")), 1);
    assertThat(taken).isEmpty();
    assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anErrorInAnAwaitedOutcomeEndsAllToo() {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    steps.add(List.of(awaiting(outcome, "never"), named("never")), 1);
    outcome.completeExceptionally(new OutOfMemoryError("as it is to be"));
    runTasks();
    assertThat(taken).isEmpty();
    assertThat(failures).hasSize(1);
  }

  @Test
  void anOutcomeAfterTheEndIsDropped() {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    steps.add(List.of(awaiting(outcome, "never")), 1);
    steps.end();
    outcome.complete("");
    runTasks();
    assertThat(taken).isEmpty();
    assertThat(failures).isEmpty();
  }

  @Test
  void aStepThatCannotBeHandedOverEndsAllRatherThanHoldingItUp() {
    Steps refused = new Steps(
        task -> {
          throw new InternalError("as it is to be");
        },
        failures::add,
        100);
    refused.insert(named("never"));
    refused.add(List.of(named("never either")), 1);
    assertThat(taken).isEmpty();
    assertThat(failures).singleElement().isInstanceOf(InternalError.class);
  }
}
