package io.heartline.bootstrap;

import io.heartline.engine.Timers;
import io.heartline.model.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/** Polls the deadlines. Sleeps until the next one, or until an earlier one is set. */
final class TimerThread implements AutoCloseable {
  private static final Logger LOG = System.getLogger(TimerThread.class.getName());

  /** How long it waits after an error before it polls again. */
  private static final long AGAIN_NANOS = 100_000_000;

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
      LockSupport.parkNanos(poll());
    }
  }

  /** Never throws: this thread must survive everything, since without it no line gets a beat. */
  private long poll() {
    try {
      return Math.min(timers.poll(time.nanos()), Timers.LOOK_NANOS);
    } catch (Throwable t) {
      complain(t);
      return AGAIN_NANOS;
    }
  }

  private static void complain(Throwable cause) {
    try {
      LOG.log(Level.ERROR, "polling the deadlines failed; they will be late", cause);
    } catch (RuntimeException | Error e) {
      // probably out of memory: then the log cannot say so either
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
