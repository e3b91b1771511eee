package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The few threads that write. If a write holds its thread because the peer's socket is full, a
 * spare takes that thread's place within milliseconds, so that a stuck line delays no other. When
 * as many threads are stuck as there are spares, turns are told not to block until some are free
 * again.
 */
final class WriterPool implements AutoCloseable {
  /** One turn, of a line or of a walk. */
  @FunctionalInterface
  interface Turn {
    /** @param mayBlock whether the turn may hold its thread while a socket is full */
    void take(boolean mayBlock);
  }

  private static final Logger LOG = System.getLogger(WriterPool.class.getName());

  /**
   * How often the pool checks its threads, and how long a turn may wait for its peer. The state of
   * a thread shows whether it waits: one that merely lacks a core is runnable.
   */
  static final long LOOK_NANOS = 5_000_000;

  /** How long a turn may take, whatever its thread is doing. */
  static final long STUCK_NANOS = 100_000_000;

  /** After so many other turns, one of those that may wait is taken. */
  static final int PATIENCE = 8;

  private final int threads;
  private final int spares;
  private final LongSupplier nanos;
  private final ThreadFactory factory;
  private final Thread watch;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition busy = lock.newCondition();

  @GuardedBy("lock")
  private final Deque<Turn> queue = new ArrayDeque<>();

  /** Turns that may wait while others are queued. */
  @GuardedBy("lock")
  private final Deque<Turn> patient = new ArrayDeque<>();

  /** How many other turns were taken since the last of those, while one of them waits. */
  @GuardedBy("lock")
  private int overtaken;

  @GuardedBy("lock")
  private final Set<Worker> workers = new HashSet<>();

  @GuardedBy("lock")
  private int idle;

  /** Workers whose turn takes too long; each was replaced by a spare if one was left. */
  @GuardedBy("lock")
  private int stuck;

  @GuardedBy("lock")
  private boolean watching;

  /**
   * The watch has logged that a thread is missing, and one still is. Touched only by the watch's
   * thread.
   */
  private boolean lacking;

  @GuardedBy("lock")
  private boolean closed;

  /**
   * @param threads how many threads write while nothing is stuck
   * @param spares how many stuck threads may be replaced at a time
   */
  WriterPool(int threads, int spares, LongSupplier nanos, ThreadFactory factory) {
    this.threads = threads;
    this.spares = spares;
    this.nanos = nanos;
    this.factory = factory;
    watch = factory.newThread(this::watch);
  }

  void start() {
    lock.lock();
    try {
      fill();
    } finally {
      lock.unlock();
    }
    watch.start();
  }

  /** Queues a turn; it is taken once. */
  void ready(Turn turn) {
    lock.lock();
    try {
      queue.add(turn);
      call(1);
    } finally {
      lock.unlock();
    }
  }

  /** Queues a turn that waits behind others, but not forever. */
  void later(Turn turn) {
    lock.lock();
    try {
      patient.add(turn);
      call(1);
    } finally {
      lock.unlock();
    }
  }

  /** Queues several turns. */
  void ready(Collection<? extends Turn> turns) {
    if (turns.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      queue.addAll(turns);
      call(turns.size());
    } finally {
      lock.unlock();
    }
  }

  /** Wakes up to {@code count} idle threads, and the watch. */
  @GuardedBy("lock")
  private void call(int count) {
    for (int i = Math.min(count, idle); i > 0; i--) {
      work.signal();
    }
    if (!watching) {
      busy.signal();
    }
  }

  @GuardedBy("lock")
  private @Nullable Turn poll() {
    if (!patient.isEmpty() && (queue.isEmpty() || ++overtaken > PATIENCE)) {
      overtaken = 0;
      return patient.poll();
    }
    return queue.poll();
  }

  /** Takes one queued turn on the calling thread, if there is one; for tests without threads. */
  boolean turn(boolean mayBlock) {
    Turn turn;
    lock.lock();
    try {
      turn = poll();
    } finally {
      lock.unlock();
    }
    if (turn != null) {
      turn.take(mayBlock);
    }
    return turn != null;
  }

  /** Returns how many threads are stuck in a write now; for the console. */
  int stuck() {
    lock.lock();
    try {
      return stuck;
    } finally {
      lock.unlock();
    }
  }

  /** Threads end after the turn they are in; what is still queued is dropped. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      queue.clear();
      patient.clear();
      work.signalAll();
      busy.signalAll();
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(watch);
  }

  /** Starts threads until there are as many as there should be, with a spare for each stuck one. */
  @GuardedBy("lock")
  private void fill() {
    while (!closed && workers.size() < threads + Math.min(stuck, spares)) {
      Worker worker = new Worker();
      Thread thread = factory.newThread(worker);
      worker.thread = thread;
      workers.add(worker);
      thread.start(); // may fail: then it is found among the dead
    }
  }

  /** Forgets workers whose thread could not be started or did not survive a failure. */
  @GuardedBy("lock")
  private void buryDead() {
    for (Iterator<Worker> each = workers.iterator(); each.hasNext(); ) {
      Worker worker = each.next();
      if (worker.isDead()) {
        each.remove();
        stuck -= worker.counted ? 1 : 0;
      }
    }
  }

  /** One thread of the pool. */
  private final class Worker implements Runnable {
    /** Set before the thread starts. */
    private @Nullable Thread thread;

    /** When its turn began; guarded by the pool's lock, like all that follows. */
    private long since;

    private boolean mayBlock;
    private boolean counted;

    /**
     * Set under the lock, and cleared before the thread asks for the lock again: a thread that
     * waits for the lock is not stuck.
     */
    private volatile boolean writing;

    @Override
    public void run() {
      for (Turn turn = next(); turn != null; turn = next()) {
        try {
          turn.take(mayBlock);
        } catch (Throwable t) { // a line that fails must not take a thread with it
          complain("a turn failed", t);
        }
        writing = false;
      }
    }

    /**
     * Ends the previous turn and waits for the next one; null when this thread is no longer needed.
     */
    private @Nullable Turn next() {
      lock.lock();
      try {
        if (counted) {
          counted = false;
          stuck--;
        }
        while (!closed && workers.size() - stuck <= threads) {
          Turn turn = poll();
          if (turn != null) {
            writing = true;
            since = nanos.getAsLong();
            mayBlock = stuck < spares;
            return turn;
          }
          idle++;
          try {
            work.awaitUninterruptibly();
          } finally {
            idle--;
          }
        }
        workers.remove(this);
        return null;
      } finally {
        lock.unlock();
      }
    }

    private boolean isDead() {
      return thread != null && !thread.isAlive();
    }

    /** Returns whether its turn takes so long that another thread must take its place. */
    private boolean isStuck(long now) {
      return writing && !counted && now - since > (waits() ? LOOK_NANOS : STUCK_NANOS);
    }

    private boolean waits() {
      if (thread == null || lock.hasQueuedThread(thread)) {
        return false; // a thread that waits for the pool's own lock is not stuck
      }
      Thread.State state = thread.getState();
      return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }
  }

  /**
   * While turns are taken or wait, checks every few milliseconds whether a thread is stuck or
   * missing.
   */
  private void watch() {
    boolean goesOn = true;
    while (goesOn) {
      try {
        goesOn = awaitTurns();
        LockSupport.parkNanos(LOOK_NANOS);
        relieve();
        lacking = false;
      } catch (RuntimeException | Error e) { // such as: no thread can be started; it is tried again
        if (!lacking) {
          lacking = true;
          complain("a writer thread is missing; lines wait longer until one can be started", e);
        }
      }
    }
  }

  /** Logs, unless even that fails. */
  private static void complain(String what, Throwable cause) {
    try {
      LOG.log(Level.ERROR, what, cause);
    } catch (RuntimeException | Error e) {
      // memory is short: the thread that logs must live on
    }
  }

  /** Waits until a turn is taken or queued; returns false once the pool is closed. */
  private boolean awaitTurns() {
    lock.lock();
    try {
      watching = false;
      while (!closed && queue.isEmpty() && patient.isEmpty() && !anyWrites()) {
        busy.awaitUninterruptibly();
      }
      watching = true;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether a thread is in a turn and not known to be stuck. */
  @GuardedBy("lock")
  private boolean anyWrites() {
    for (Worker worker : workers) {
      if (worker.writing && !worker.counted) {
        return true;
      }
    }
    return false;
  }

  /** Replaces each stuck thread by a spare, and each dead one by a new thread. */
  private void relieve() {
    lock.lock();
    try {
      buryDead();
      long now = nanos.getAsLong();
      for (Worker worker : workers) {
        if (worker.isStuck(now)) {
          worker.counted = true;
          stuck++;
        }
      }
      fill();
    } finally {
      lock.unlock();
    }
  }
}
