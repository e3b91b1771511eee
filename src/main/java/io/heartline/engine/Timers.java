package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines, asked for by number and run by whoever polls: it has no thread and reads no clock, so
 * tests just pass a later time.
 */
public final class Timers {
  /** A deadline that can be called off. */
  public static final class Timer {
    /** Moved only while it is in no queue. */
    private long deadlineNanos;

    /** How often its task has failed in a row. */
    private int failed;

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

  /** When a task that failed is run again; doubled each time, so often at most. */
  private static final long AGAIN_NANOS = 1_000_000_000;

  private static final int MOST_DOUBLINGS = 3;

  /** How many may wait before those called off are looked for. */
  @GuardedBy("this")
  private int crowded = CROWDED;

  @GuardedBy("this")
  private final PriorityQueue<Timer> queue =
      new PriorityQueue<>((a, b) -> Long.compare(a.deadlineNanos - b.deadlineNanos, 0));

  /** The time of the last poll; meaningless while {@code polled} is false. */
  @GuardedBy("this")
  private long polledAt;

  @GuardedBy("this")
  private boolean polled;

  /** Told when a deadline is earlier than all before it, so that a sleeping poller can wake. */
  private volatile Runnable onEarlier = () -> {};

  /** Sets who is told that the next deadline came closer. */
  public void onEarlier(Runnable wake) {
    onEarlier = wake;
  }

  /**
   * Runs {@code task} once {@link #poll} is called with {@code deadlineNanos} or later. A deadline
   * that has passed is due now: it does not go before those that wait already.
   */
  public Timer at(long deadlineNanos, Runnable task) {
    Timer timer = new Timer(deadlineNanos, task);
    boolean first;
    synchronized (this) {
      if (polled && deadlineNanos - polledAt < 0) {
        timer.deadlineNanos = polledAt;
      }
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
   * Runs what is due, outside of any lock, on the calling thread. A task that fails is run again a
   * moment later, and later each time: no accident loses a deadline.
   *
   * @return nanoseconds until the next deadline; {@link Long#MAX_VALUE} if there is none
   */
  public long poll(long nowNanos) {
    int most = begin(nowNanos); // what tasks ask for meanwhile is for the next time
    for (int i = 0; i < most; i++) {
      Timer timer = due(nowNanos);
      if (timer == null) {
        break;
      }
      run(timer, nowNanos);
    }
    synchronized (this) {
      Timer next = queue.peek();
      return next == null ? Long.MAX_VALUE : Math.max(0, next.deadlineNanos - nowNanos);
    }
  }

  /** Returns how many wait. */
  private synchronized int begin(long nowNanos) {
    polledAt = nowNanos;
    polled = true;
    return queue.size();
  }

  /** One task's failure is not the others'. */
  private void run(Timer timer, long nowNanos) {
    Runnable task = timer.task;
    if (task == null) {
      return;
    }
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      putOff(timer, nowNanos + (AGAIN_NANOS << timer.failed)); // first: the log may fail too
      timer.failed = Math.min(timer.failed + 1, MOST_DOUBLINGS);
      LOG.log(Level.ERROR, "a deadline's task failed, it is run again", e);
    }
  }

  private synchronized void putOff(Timer timer, long deadlineNanos) {
    timer.deadlineNanos = deadlineNanos;
    queue.add(timer);
  }

  /** Returns how many wait, those called off included. */
  synchronized int size() {
    return queue.size();
  }

  /** Takes the next one that is due, or was called off; null if there is none. */
  private synchronized @Nullable Timer due(long nowNanos) {
    Timer next = queue.peek();
    boolean due = next != null && (next.task == null || next.deadlineNanos - nowNanos <= 0);
    return due ? queue.poll() : null;
  }
}
