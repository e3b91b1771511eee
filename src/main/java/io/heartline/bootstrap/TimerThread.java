package io.heartline.bootstrap;

import io.heartline.engine.Timers;
import io.heartline.model.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/** Polls the deadlines: sleeps until the next one, or until an earlier one is asked for. */
final class TimerThread implements AutoCloseable {
  private static final Logger LOG = System.getLogger(TimerThread.class.getName());

  private final Timers timers;
  private final TimeSource time;
  private final Thread thread;
  private volatile boolean closed;

  TimerThread(Timers timers, TimeSource time, ThreadFactory threads) {
    this.timers = timers;
    this.time = time;
    thread = threads.newThread(this::run);
  }

  void start() {
    timers.onEarlier(() -> LockSupport.unpark(thread));
    thread.start();
  }

  private void run() {
    while (!closed) {
      try {
        LockSupport.parkNanos(timers.poll(time.nanos()));
      } catch (RuntimeException e) { // one task's failure is not the others'
        LOG.log(Level.ERROR, "a deadline's task failed", e);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
