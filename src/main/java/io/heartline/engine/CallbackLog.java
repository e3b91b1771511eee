package io.heartline.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.function.LongSupplier;

/**
 * Tells operators when the application did not answer as it must. The first of a kind in a minute
 * is logged, the others are counted.
 */
public final class CallbackLog {
  /** The logger's name, which operators use in their configuration. */
  public static final String NAME = "io.heartline.callbacks";

  private static final int KINDS = 100;

  private final MinuteLog log;

  /** @param nanos the clock, in nanoseconds */
  public CallbackLog(LongSupplier nanos) {
    this(nanos, System.getLogger(NAME));
  }

  /** @param log where it is written, instead of the logger of that name */
  public CallbackLog(LongSupplier nanos, Logger log) {
    this.log = new MinuteLog(log, Level.WARNING, nanos, KINDS, MinuteLog::again);
  }

  /**
   * @param what happened, such as "the application did not take what a client sent"
   * @param why must hold nothing that clients choose: each different one is a kind of its own
   */
  public void failed(String what, URI callback, String why) {
    String kind = callback + ": " + why;
    log.happened(kind, () -> what + ", at " + kind);
  }

  /** Logs how much followed in the minutes that are over. Called every second or so. */
  public void tend() {
    log.tend();
  }

  /** Logs everything that was only counted so far. Called at the end. */
  public void end() {
    log.end();
  }
}
