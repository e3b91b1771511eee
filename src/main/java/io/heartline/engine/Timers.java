package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines, asked for by number and run by whoever polls: it has no thread and reads no clock, so
 * tests just pass a later time.
 */
public final class Timers {
  /** A deadline that can be called off. */
  public static final class Timer {
    private final long deadlineNanos;

    /**
     * Null once called off: what it refers to must not wait for a deadline that is of no interest.
     */
    private volatile @Nullable Runnable task;

    private Timer(long deadlineNanos, Runnable task) {
      this.deadlineNanos = deadlineNanos;
      this.task = task;
    }

    /** The task will not run, unless it runs already. */
    public void cancel() {
      task = null;
    }
  }

  private static final Logger LOG = System.getLogger(Timers.class.getName());

  private static final int CROWDED = 64;

  /** How many may wait before those called off are looked for. */
  @GuardedBy("this")
  private int crowded = CROWDED;

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
      if (queue.size() >= crowded) { // those called off leave from time to time, not each by itself
        queue.removeIf(waiting -> waiting.task == null);
        crowded = Math.max(CROWDED, 2 * queue.size());
      }
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
      Runnable task = timer.task;
      if (task != null) {
        run(task);
      }
    }
    synchronized (this) {
      Timer next = queue.peek();
      return next == null ? Long.MAX_VALUE : Math.max(0, next.deadlineNanos - nowNanos);
    }
  }

  /** One task's failure is not the others'. */
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "a deadline's task failed", e);
    }
  }

  /** Returns how many wait, those called off included. */
  synchronized int size() {
    return queue.size();
  }

  private synchronized List<Timer> due(long nowNanos) {
    List<Timer> due = new ArrayList<>();
    while (!queue.isEmpty()) {
      Timer next = queue.element();
      if (next.task != null && next.deadlineNanos - nowNanos > 0) {
        break;
      }
      due.add(queue.remove());
    }
    return due;
  }
}
