package io.heartline.bootstrap;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Daemon threads with names that an operator recognises. Their context class loader is not the
 * application's. A thread inherits its loader from the thread that creates it. When one of ours
 * gives WildFly's worker something to do, the worker may create a thread, which would then keep all
 * our classes until it ends.
 */
final class NamedThreads implements ThreadFactory {
  private final AtomicInteger count = new AtomicInteger();

  /**
   * The threads that were created. A thread that could not be started is held weakly only: while no
   * thread can be had, many are created.
   */
  @GuardedBy("itself")
  private final Set<Thread> made = Collections.newSetFromMap(new WeakHashMap<>());

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(task, "heartline-" + count.incrementAndGet());
    thread.setDaemon(true);
    thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    synchronized (made) {
      made.add(thread);
    }
    return thread;
  }

  /** Returns the threads that are alive. */
  List<Thread> alive() {
    synchronized (made) {
      return made.stream().filter(Thread::isAlive).toList();
    }
  }

  /**
   * Waits until all threads have ended, including those that are created meanwhile. Threads that
   * are alive after half of the time are interrupted.
   *
   * @return the threads that are still alive; empty if all have ended
   */
  List<Thread> awaitEnd(Duration patience) {
    try {
      Duration half = patience.dividedBy(2);
      if (!join(half)) {
        alive().forEach(Thread::interrupt);
        join(half);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return alive();
  }

  /** Waits for all threads. Returns whether they have ended in time. */
  private boolean join(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (List<Thread> alive = alive(); !alive.isEmpty(); alive = alive()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      alive.get(0).join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
    }
    return true;
  }
}
