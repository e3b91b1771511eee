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
 * Daemon threads that an operator recognises. Their context class loader is not the application's:
 * a thread inherits it from whoever makes it, and where one of ours gives WildFly's worker
 * something to do that makes a thread of its own, which would keep all our classes until it ends.
 */
final class NamedThreads implements ThreadFactory {
  private final AtomicInteger count = new AtomicInteger();

  /**
   * Those that were made. One that could not be started is not held: as long as no thread can be
   * had, many are made.
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

  /** Returns those that live. */
  List<Thread> alive() {
    synchronized (made) {
      return made.stream().filter(Thread::isAlive).toList();
    }
  }

  /**
   * Waits until all have ended, those included that are made meanwhile. Who has not after half of
   * the time is interrupted.
   *
   * @return those that live on; empty if all is well
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

  /** Returns whether all have ended in time. */
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
