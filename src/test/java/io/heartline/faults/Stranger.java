package io.heartline.faults;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Somebody who asks for one thing again and again, at a pace of their own. */
final class Stranger implements AutoCloseable {
  /** One attempt. */
  @FunctionalInterface
  interface Attempt {
    /** @return how much was granted; 0 if it was refused */
    long make() throws IOException, InterruptedException;
  }

  private final String name;
  private final long every;
  private final Attempt attempt;
  private final Thread thread;
  private final AtomicLong attempts = new AtomicLong();
  private final AtomicLong granted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean enough;

  /** @param perSecond attempts in a second, as far as they can be made that fast */
  Stranger(String name, int perSecond, Attempt attempt) {
    this.name = name;
    every = TimeUnit.SECONDS.toNanos(1) / perSecond;
    this.attempt = attempt;
    thread = new Thread(this::go, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void go() {
    long next = System.nanoTime();
    while (!enough) {
      try {
        long got = attempt.make();
        attempts.incrementAndGet();
        granted.addAndGet(got);
        refused.addAndGet(got == 0 ? 1 : 0);
      } catch (InterruptedException e) {
        return; // the end of the run
      } catch (IOException | RuntimeException | Error e) {
        failure.compareAndSet(null, e);
        return;
      }
      next += every;
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  long attempts() {
    return attempts.get();
  }

  long granted() {
    return granted.get();
  }

  long refused() {
    return refused.get();
  }

  /** Ends it; returns what it could not cope with, or null. */
  @Nullable
  Throwable finish() throws InterruptedException {
    enough = true;
    thread.join(TimeUnit.SECONDS.toMillis(30));
    return thread.isAlive() ? new AssertionError(name + " does not end") : failure.get();
  }

  @Override
  public void close() {
    enough = true;
    thread.interrupt();
  }

  @Override
  public String toString() {
    return name + ": " + attempts + " attempts, " + refused + " refused, " + granted + " granted";
  }
}
