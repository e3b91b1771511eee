package io.heartline.store.redis.log;

import io.heartline.engine.Timers;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Deadlines that a thread polls, by whatever clock. */
final class PolledTimers implements AutoCloseable {
  private final Timers timers = new Timers();
  private final LongSupplier nanos;
  private final Thread thread = new Thread(this::poll);
  private volatile boolean closed;

  PolledTimers(LongSupplier nanos) {
    this.nanos = nanos;
    thread.setDaemon(true);
    timers.onEarlier(() -> LockSupport.unpark(thread));
    thread.start();
  }

  Timers timers() {
    return timers;
  }

  private void poll() {
    while (!closed) {
      LockSupport.parkNanos(Math.min(timers.poll(nanos.getAsLong()), 10_000_000));
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
