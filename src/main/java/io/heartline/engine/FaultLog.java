package io.heartline.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.LongSupplier;

/**
 * Logs what fails in us, with its stack trace, once for each place and minute. A fault that one
 * request or message sets off, a stranger can set off as often as they like.
 */
public final class FaultLog {
  /** The logger's name, which operators use in their configuration. */
  public static final String NAME = "io.heartline.faults";

  private static final int PLACES = 100;

  private final LongSupplier nanos;
  private final Logger log;
  private final Repeats repeats = new Repeats(1, PLACES);

  /** @param nanos the clock, in nanoseconds */
  public FaultLog(LongSupplier nanos) {
    this(nanos, System.getLogger(NAME));
  }

  FaultLog(LongSupplier nanos, Logger log) {
    this.nanos = nanos;
    this.log = log;
  }

  /**
   * Something failed that never should.
   *
   * @param what which kind of thing it was
   * @param who what it failed for, fit for a log line
   */
  public void failed(String what, Object who, Throwable failure) {
    StackTraceElement[] stack = failure.getStackTrace();
    String place =
        what + ": " + failure.getClass().getName() + (stack.length == 0 ? "" : " at " + stack[0]);
    if (repeats.isTold(place, nanos.getAsLong())) {
      log.log(Level.ERROR, () -> what + " (" + who + ")", failure);
    }
  }

  /** Logs how often it happened again in the minutes that are over. Called every second or so. */
  public void tend() {
    repeats.over(nanos.getAsLong()).forEach(this::tell);
  }

  /** Logs everything that was only counted so far. Called at the end. */
  public void end() {
    repeats.end(nanos.getAsLong()).forEach(this::tell);
  }

  private void tell(Repeats.Rest rest) {
    log.log(Level.ERROR, () -> "again within a minute, times " + rest.count() + ": " + rest.kind());
  }
}
