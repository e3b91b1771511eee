package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
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

    /** It judges a peer for what that has not done. */
    private final boolean judges;

    private Timer(long deadlineNanos, boolean judges, Runnable task) {
      this.deadlineNanos = deadlineNanos;
      this.judges = judges;
      this.task = task;
    }

    /** The task will not run, unless it runs already. */
    public void cancel() {
      task = null;
    }
  }

  private static final Logger LOG = System.getLogger(Timers.class.getName());

  /** How often it must be polled, though nothing be due. */
  public static final long LOOK_NANOS = Leniency.LOOK_NANOS;

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

  @GuardedBy("this")
  private final Leniency leniency = new Leniency();

  private volatile BooleanSupplier exhausted = () -> false;

  /** When that was asked, and what it answered; for the thread that polls. */
  private long askedAt;

  private boolean asked;
  private boolean wasExhausted;

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
    return add(new Timer(deadlineNanos, false, task));
  }

  /**
   * The same for a deadline that judges a peer: where the server itself was late, or had no thread
   * to read with, what the peer sent is read first.
   */
  public Timer judgeAt(long deadlineNanos, Runnable task) {
    return add(new Timer(deadlineNanos, true, task));
  }

  /** Returns when a peer may be judged that should be at {@code nowNanos}: then, or later. */
  public synchronized long judgedAt(long nowNanos) {
    return leniency.judgedAt(nowNanos);
  }

  /** Sets who knows whether the container has no thread left to read with; asked now and then. */
  public void exhausted(BooleanSupplier exhausted) {
    this.exhausted = exhausted;
  }

  private Timer add(Timer timer) {
    boolean first;
    synchronized (this) {
      if (polled && timer.deadlineNanos - polledAt < 0) {
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
   * moment later, and later each time: no accident loses a deadline. Must be called every
   * {@link #LOOK_NANOS} at least, though nothing be due: it is how the server finds that it was
   * held up.
   *
   * @return nanoseconds until the next deadline; {@link Long#MAX_VALUE} if there is none
   */
  public long poll(long nowNanos) {
    int most =
        startPoll(nowNanos, isExhausted(nowNanos)); // what tasks ask for meanwhile is for the next time
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
      } catch (RuntimeException | Error e) { // who cannot say must not stop the deadlines
        LOG.log(Level.DEBUG, () -> "whether threads are exhausted is not known: " + e);
      }
    }
    return wasExhausted;
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
