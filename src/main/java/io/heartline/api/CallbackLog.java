package io.heartline.api;

import io.heartline.engine.MinuteLog;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.function.LongSupplier;

/**
 * Tells operators what the application did not take. The first of a kind in a minute is logged, the
 * others are counted.
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

  CallbackLog(LongSupplier nanos, Logger log) {
    this.log = new MinuteLog(log, Level.WARNING, nanos, KINDS, MinuteLog::again);
  }

  void failed(URI callback, String why) {
    String kind = callback + ": " + why;
    log.happened(kind, () -> "the application did not take what a client sent, at " + kind);
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
