package io.heartline.api;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What all calls under way share. Clients that are slow to send or to read hold none of the
 * container's threads but {@link #MAY_STAND}, and no more memory than is set here.
 */
public final class Calls {
  /**
   * How many threads may stand in a read or a write at a time. A few: it saves the way through the
   * container's non-blocking calls, which hardly anybody needs.
   */
  private static final int MAY_STAND = 4;

  private final LongSupplier nanos;
  private final Duration bodyTimeout;
  private final Duration standstill;
  private final long room;
  private final AtomicLong taken = new AtomicLong();
  private final Semaphore standing = new Semaphore(MAY_STAND);

  /**
   * @param nanos the time
   * @param bodyTimeout from the start of a request to the last byte of its body
   * @param standstill for a client to take some of its answer
   * @param room bytes of all bodies and answers that wait for their clients
   */
  public Calls(LongSupplier nanos, Duration bodyTimeout, Duration standstill, long room) {
    this.nanos = nanos;
    this.bodyTimeout = bodyTimeout;
    this.standstill = standstill;
    this.room = room;
  }

  long nanos() {
    return nanos.getAsLong();
  }

  Duration bodyTimeout() {
    return bodyTimeout;
  }

  Duration standstill() {
    return standstill;
  }

  /** Takes room for bytes that wait; returns whether there was any. */
  boolean take(long bytes) {
    if (taken.addAndGet(bytes) <= room) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  /** Gives room back. */
  void give(long bytes) {
    taken.addAndGet(-bytes);
  }

  /**
   * Returns whether the calling thread may stand in a read or write; if so, {@link #stood} follows.
   */
  boolean mayStand() {
    return standing.tryAcquire();
  }

  void stood() {
    standing.release();
  }
}
