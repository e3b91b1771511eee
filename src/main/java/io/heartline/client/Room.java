package io.heartline.client;

import java.time.Duration;
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
   * @return what must be given back; 0 if there is no room
   */
  int take(int length) {
    int wanted = Math.min(bytes, length + EACH);
    try {
      return free.tryAcquire(wanted, waitNanos, TimeUnit.NANOSECONDS) ? wanted : 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  void give(int taken) {
    free.release(taken);
  }
}
