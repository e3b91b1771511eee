package io.heartline.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Runs closes, each of which may take seconds. If no thread can be had for one, it is tried again a
 * moment later: a lost close would leave its line open, and its seat taken, forever.
 */
final class Closers implements Executor {
  static final long AGAIN_NANOS = 1_000_000_000;

  private static final Logger LOG = System.getLogger(Closers.class.getName());

  private final Executor threads;
  private final Timers timers;
  private final LongSupplier nanos;

  /** No thread could be had the last time. It is logged only once. */
  private final AtomicBoolean lacking = new AtomicBoolean();

  /** @param threads may fail to run a task, before or after taking it */
  Closers(Executor threads, Timers timers, LongSupplier nanos) {
    this.threads = threads;
    this.timers = timers;
    this.nanos = nanos;
  }

  @Override
  public void execute(Runnable close) {
    handOver(new Once(close));
  }

  private void handOver(Once close) {
    try {
      threads.execute(close);
      lacking.set(false);
    } catch (RejectedExecutionException e) { // the server has stopped: the container closes
      LOG.log(Level.DEBUG, "not closed: the server has stopped");
    } catch (RuntimeException | Error e) {
      timers.at(nanos.getAsLong() + AGAIN_NANOS, () -> handOver(close));
      if (lacking.compareAndSet(false, true)) {
        LOG.log(Level.ERROR, "no thread to close a line; closes wait until there is one", e);
      }
    }
  }

  /** A pool may take a task and fail after that, so a task may be handed over twice. */
  private static final class Once implements Runnable {
    private final Runnable close;
    private final AtomicBoolean ran = new AtomicBoolean();

    Once(Runnable close) {
      this.close = close;
    }

    @Override
    public void run() {
      if (ran.compareAndSet(false, true)) {
        try {
          close.run();
        } catch (RuntimeException | Error e) { // must not cost the pool its thread
          LOG.log(Level.ERROR, "a line could not be closed properly", e);
        }
      }
    }
  }
}
