package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Deadlines, asked for by number and run by whoever polls: it has no thread and reads no clock, so
 * tests just pass a later time.
 */
public final class Timers {
  /** A deadline that can be called off. */
  public static final class Timer {
    private final long deadlineNanos;
    private final Runnable task;
    private volatile boolean cancelled;

    private Timer(long deadlineNanos, Runnable task) {
      this.deadlineNanos = deadlineNanos;
      this.task = task;
    }

    /** The task will not run, unless it runs already. */
    public void cancel() {
      cancelled = true;
    }
  }

  @GuardedBy("this")
  private final PriorityQueue<Timer> queue =
      new PriorityQueue<>((a, b) -> Long.compare(a.deadlineNanos - b.deadlineNanos, 0));

  /** Told when a deadline is earlier than all before it, so that a sleeping poller can wake. */
  private volatile Runnable onEarlier = () -> {};

  /** Sets who is told that the next deadline came closer. */
  public void onEarlier(Runnable wake) {
    onEarlier = wake;
  }

  /** Runs {@code task} once {@link #poll} is called with {@code deadlineNanos} or later. */
  public Timer at(long deadlineNanos, Runnable task) {
    Timer timer = new Timer(deadlineNanos, task);
    boolean first;
    synchronized (this) {
      queue.add(timer);
      first = queue.peek() == timer;
    }
    if (first) {
      onEarlier.run();
    }
    return timer;
  }

  /**
   * Runs what is due, outside of any lock, on the calling thread.
   *
   * @return nanoseconds until the next deadline; {@link Long#MAX_VALUE} if there is none
   */
  public long poll(long nowNanos) {
    for (Timer timer : due(nowNanos)) {
      if (!timer.cancelled) {
        timer.task.run();
      }
    }
    synchronized (this) {
      Timer next = queue.peek();
      return next == null ? Long.MAX_VALUE : Math.max(0, next.deadlineNanos - nowNanos);
    }
  }

  private synchronized List<Timer> due(long nowNanos) {
    List<Timer> due = new ArrayList<>();
    while (!queue.isEmpty()) {
      Timer next = queue.element();
      if (!next.cancelled && next.deadlineNanos - nowNanos > 0) {
        break;
      }
      due.add(queue.remove());
    }
    return due;
  }
}
