package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one conversation, taken one after the other, each to its end. A step that has to
 * wait holds no thread: once its outcome is known, the rest goes on in the executor.
 *
 * <p>No step runs under a lock, of this class or of any other. Whoever completes an outcome, even
 * while holding locks, only hands over a task.
 */
final class Steps {
  /** Something to do. */
  @FunctionalInterface
  interface Step {
    /** Begins it; returns the step that comes right after it, or {@link #NOTHING}. */
    CompletionStage<Step> take();

    /** Ends a chain of steps. */
    Step NOTHING = () -> Steps.DONE;
  }

  /** What a step returns when it is done and no other comes right after it. */
  static final CompletionStage<Step> DONE = CompletableFuture.completedFuture(Step.NOTHING);

  /** How many steps may wait while the outcome of one is awaited. */
  static final int MAX_WAITING = 256;

  private enum State {
    /** Nothing waits. */
    IDLE,
    /** A step is being taken, or its outcome is awaited. */
    BUSY,
    /** No step is taken any more. */
    OVER
  }

  private final Executor executor;
  private final Consumer<Throwable> failed;
  private final int maxChars;

  @GuardedBy("this")
  private State state = State.IDLE;

  @GuardedBy("this")
  private final Deque<Step> waiting = new ArrayDeque<>(2);

  /**
   * The total length of the messages that have come since the conversation was last idle, in
   * characters.
   */
  @GuardedBy("this")
  private int chars;

  /**
   * @param executor runs what comes after an outcome that had to be awaited
   * @param failed told once what a step threw, or what its outcome failed with; no step is taken
   *     after that
   * @param maxChars how long the waiting messages may be together, in characters
   */
  Steps(Executor executor, Consumer<Throwable> failed, int maxChars) {
    this.executor = executor;
    this.failed = failed;
    this.maxChars = maxChars;
  }

  /**
   * Returns the outcome of a step that waits for {@code stage} and then goes on with {@code next},
   * given the stage's value.
   *
   * @param stage completed by anybody, on any thread
   * @param next runs as a step of its own
   */
  static <T> CompletionStage<Step> then(
      CompletionStage<T> stage, Function<T, CompletionStage<Step>> next) {
    return stage.thenApply(value -> () -> next.apply(value));
  }

  /**
   * Adds the steps of one message, after all others, and takes what can be taken.
   *
   * @param length the length of the message, in characters
   * @return false if too much is waiting already; then none was added
   */
  boolean add(List<Step> steps, int length) {
    boolean begins;
    synchronized (this) {
      if (state == State.OVER) {
        return true;
      }
      if (state == State.BUSY
          && (waiting.size() + steps.size() > MAX_WAITING || chars + length > maxChars)) {
        return false;
      }
      chars += length;
      waiting.addAll(steps);
      begins = state == State.IDLE;
      state = State.BUSY;
    }
    if (begins) {
      run(Step.NOTHING);
    }
    return true;
  }

  /** Adds steps before all that wait; called by a step that is being taken. */
  synchronized void addFirst(List<Step> steps) {
    if (state != State.OVER) {
      for (int i = steps.size() - 1; i >= 0; i--) {
        waiting.addFirst(steps.get(i));
      }
    }
  }

  /**
   * Adds a step before all that wait, however many they are. It is taken by the executor, never by
   * the calling thread.
   */
  void insert(Step step) {
    boolean begins;
    synchronized (this) {
      if (state == State.OVER) {
        return;
      }
      waiting.addFirst(step);
      begins = state == State.IDLE;
      state = State.BUSY;
    }
    if (!begins) {
      return;
    }
    try {
      executor.execute(() -> run(Step.NOTHING));
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  /** Takes no more steps, once the one that is being taken is done. */
  synchronized void end() {
    state = State.OVER;
    waiting.clear();
  }

  /** Takes steps until none is left or one has to wait. Only one thread at a time is in here. */
  private void run(Step first) {
    try {
      for (Step step = first; step != null; ) {
        CompletableFuture<Step> outcome = step.take().toCompletableFuture();
        if (!outcome.isDone()) {
          outcome.whenComplete((next, failure) -> resume(next, failure));
          return;
        }
        Step next = outcome.join();
        step = next == Step.NOTHING ? poll() : alive() ? next : null;
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private void resume(@Nullable Step next, @Nullable Throwable failure) {
    try {
      executor.execute(() -> {
        if (next == null) {
          fail(failure == null ? new IllegalStateException("a step has no outcome") : failure);
        } else if (alive()) {
          run(next);
        }
      });
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private void fail(Throwable failure) {
    end();
    failed.accept(failure);
  }

  private synchronized boolean alive() {
    return state != State.OVER;
  }

  /** Takes the next step from the queue; null if none waits, or none is taken any more. */
  private synchronized @Nullable Step poll() {
    Step step = waiting.poll();
    if (step == null && state == State.BUSY) {
      state = State.IDLE;
      chars = 0;
    }
    return step;
  }
}
