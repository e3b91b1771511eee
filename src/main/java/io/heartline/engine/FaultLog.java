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

  private final MinuteLog log;

  /** @param nanos the clock, in nanoseconds */
  public FaultLog(LongSupplier nanos) {
    this(nanos, System.getLogger(NAME));
  }

  FaultLog(LongSupplier nanos, Logger log) {
    this.log = new MinuteLog(log, Level.ERROR, nanos, PLACES, MinuteLog::again);
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
    log.happened(place, () -> what + " (" + who + ")", failure);
  }

  /** Logs how often it happened again in the minutes that are over. Called every second or so. */
  public void tend() {
    log.tend();
  }

  /** Logs everything that was only counted so far. Called at the end. */
  public void end() {
    log.end();
  }
}
