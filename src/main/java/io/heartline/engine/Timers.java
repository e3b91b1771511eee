package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines, set as numbers and run by whoever polls. It has no thread and reads no clock, so tests
 * just pass a later time.
 */
public final class Timers {
  /** A deadline that can be cancelled. */
  public static final class Timer {
    /** Moved only while it is in no queue. */
    private long deadlineNanos;

    /** How often its task has failed in a row. */
    private int failed;

    /**
     * Null once cancelled, so that what it refers to need not stay in memory until the deadline.
     */
    private volatile @Nullable Runnable task;

    /** Whether it judges a peer for what the peer has not done. */
    private final boolean judges;

    private Timer(long deadlineNanos, boolean judges, Runnable task) {
      this.deadlineNanos = deadlineNanos;
      this.judges = judges;
      this.task = task;
    }

    /** Cancels it: the task will not run, unless it is already running. */
    public void cancel() {
      task = null;
    }
  }

  private static final Logger LOG = System.getLogger(Timers.class.getName());

  /** How often it must be polled, even if nothing is due. */
  public static final long LOOK_NANOS = Leniency.LOOK_NANOS;

  private static final int CROWDED = 64;

  /**
   * How long after a failure a task is run again. Doubled with each further failure,
   * {@link #MOST_DOUBLINGS} times at most.
   */
  private static final long AGAIN_NANOS = 1_000_000_000;

  private static final int MOST_DOUBLINGS = 3;

  /** How many deadlines may wait before cancelled ones are removed. */
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

  @GuardedBy("this")
  private final Leniency leniency = new Leniency();

  private volatile BooleanSupplier exhausted = () -> false;

  /**
   * When {@code exhausted} was last asked, and what it answered. Touched only by the thread that
   * polls.
   */
  private long askedAt;

  private boolean asked;
  private boolean wasExhausted;

  /** Run when a new deadline is earlier than all others, so that a sleeping poller can wake. */
  private volatile Runnable onEarlier = () -> {};

  /** Sets what is run when the next deadline comes closer. */
  public void onEarlier(Runnable wake) {
    onEarlier = wake;
  }

  /**
   * Runs {@code task} once {@link #poll} is called with {@code deadlineNanos} or later. A deadline
   * that has already passed is due now, but does not overtake those that wait already.
   */
  public Timer at(long deadlineNanos, Runnable task) {
    return add(new Timer(deadlineNanos, false, task));
  }

  /**
   * The same for a deadline that judges a peer. If the server itself was late, or had no thread to
   * read with, the task runs later, so that what the peer sent is read first.
   */
  public Timer judgeAt(long deadlineNanos, Runnable task) {
    return add(new Timer(deadlineNanos, true, task));
  }

  /**
   * Returns when a peer that is due to be judged at {@code nowNanos} may be judged: then, or later.
   */
  public synchronized long judgedAt(long nowNanos) {
    return leniency.judgedAt(nowNanos);
  }

  /**
   * Sets the check for whether the container has no thread left to read with; asked now and then.
   */
  public void exhausted(BooleanSupplier exhausted) {
    this.exhausted = exhausted;
  }

  private Timer add(Timer timer) {
    boolean first;
    synchronized (this) {
      if (polled && timer.deadlineNanos - polledAt < 0) {
        timer.deadlineNanos = polledAt;
      }
      if (queue.size() >= crowded) { // cancelled ones are removed in bulk, not one by one
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
   * Runs what is due, on the calling thread and under no lock. A task that fails is run again a
   * moment later, with a longer wait each time, so that no failure loses a deadline. Must be called
   * at least every {@link #LOOK_NANOS}, even if nothing is due: this is how the server finds that
   * it was held up.
   *
   * @return nanoseconds until the next deadline; {@link Long#MAX_VALUE} if there is none
   */
  public long poll(long nowNanos) {
    int most = startPoll(nowNanos, isExhausted(nowNanos)); // what tasks add waits for the next poll
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

  /** Notes the time; returns how many deadlines wait. */
  private synchronized int startPoll(long nowNanos, boolean exhausted) {
    leniency.look(nowNanos, exhausted);
    polledAt = nowNanos;
    polled = true;
    return queue.size();
  }

  private boolean isExhausted(long nowNanos) {
    if (!asked || nowNanos - askedAt >= LOOK_NANOS) {
      asked = true;
      askedAt = nowNanos;
      wasExhausted = false;
      try {
        wasExhausted = exhausted.getAsBoolean();
      } catch (RuntimeException | Error e) { // a failed check must not stop the deadlines
        LOG.log(Level.DEBUG, () -> "it is not known whether threads are exhausted: " + e);
      }
    }
    return wasExhausted;
  }

  /** Runs one task. Its failure does not affect the others. */
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
      LOG.log(Level.ERROR, "a deadline's task failed; it will be run again", e);
    }
  }

  private synchronized void putOff(Timer timer, long deadlineNanos) {
    timer.deadlineNanos = deadlineNanos;
    queue.add(timer);
  }

  /** Returns how many deadlines wait, cancelled ones included. */
  synchronized int size() {
    return queue.size();
  }

  /** Takes the next deadline that is due or was cancelled; null if there is none. */
  private synchronized @Nullable Timer due(long nowNanos) {
    for (Timer next = queue.peek(); next != null; next = queue.peek()) {
      if (next.task != null && next.deadlineNanos - nowNanos > 0) {
        return null;
      }
      queue.remove();
      long judgedAt = next.judges ? leniency.judgedAt(nowNanos) : nowNanos;
      if (next.task == null || judgedAt == nowNanos) {
        return next;
      }
      next.deadlineNanos = judgedAt;
      queue.add(next);
    }
    return null;
  }
}
