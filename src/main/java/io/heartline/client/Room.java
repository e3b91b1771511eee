package io.heartline.client;

import java.time.Duration;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bytes that what waits may take together. */
final class Room {
  /** What a message takes besides its text. */
  private static final int EACH = 256;

  private final int bytes;
  private final long waitNanos;
  private final Semaphore free;

  /** @param wait how long a thread may wait for room */
  Room(int bytes, Duration wait) {
    this.bytes = bytes;
    waitNanos = wait.toNanos();
    free = new Semaphore(bytes, true); // in order: a large message must not wait for ever
  }

  /**
   * Takes room, and waits for it no longer than was allowed.
   *
   * <p>The JDK's HTTP client hands its answers over on the pool that parallel streams and async
   * futures share. If threads of that pool wait here, the pool is told, so that it starts others:
   * nothing would make room otherwise.
   *
   * @return what must be given back; 0 if there is no room
   */
  int take(int length) {
    Entrance entrance = new Entrance(Math.min(bytes, length + EACH));
    try {
      if (entrance.enter(0) || waitNanos == 0) {
        return entrance.taken; // most do not wait, and the pool has nothing to do for them
      }
      waitIn(entrance);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return entrance.taken;
  }

  private void waitIn(Entrance entrance) throws InterruptedException {
    try {
      ForkJoinPool.managedBlock(entrance);
    } catch (RejectedExecutionException e) { // it has all the threads it may have: then without one
      entrance.enter(waitNanos);
    }
  }

  private final class Entrance implements ForkJoinPool.ManagedBlocker {
    private final int wanted;
    private int taken;

    private Entrance(int wanted) {
      this.wanted = wanted;
    }

    /** With a time, be it 0, whoever came earlier is let in first. */
    boolean enter(long nanos) throws InterruptedException {
      taken = free.tryAcquire(wanted, nanos, TimeUnit.NANOSECONDS) ? wanted : 0;
      return taken > 0;
    }

    @Override
    public boolean isReleasable() {
      return taken > 0;
    }

    @Override
    public boolean block() throws InterruptedException {
      enter(waitNanos);
      return true;
    }
  }

  void give(int taken) {
    free.release(taken);
  }
}
