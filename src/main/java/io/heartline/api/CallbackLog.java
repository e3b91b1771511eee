package io.heartline.api;

import io.heartline.engine.Repeats;
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

  private final LongSupplier nanos;
  private final Logger log;
  private final Repeats repeats = new Repeats(1, KINDS);

  /** @param nanos the clock, in nanoseconds */
  public CallbackLog(LongSupplier nanos) {
    this(nanos, System.getLogger(NAME));
  }

  CallbackLog(LongSupplier nanos, Logger log) {
    this.nanos = nanos;
    this.log = log;
  }

  void failed(URI callback, String why) {
    String kind = callback + ": " + why;
    if (repeats.isTold(kind, nanos.getAsLong())) {
      log.log(Level.WARNING, () -> "the application did not take what a client sent, at " + kind);
    }
  }

  /** Logs how much followed in the minutes that are over. Called every second or so. */
  public void tend() {
    repeats.over(nanos.getAsLong()).forEach(this::tell);
  }

  /** Logs everything that was only counted so far. Called at the end. */
  public void end() {
    repeats.end(nanos.getAsLong()).forEach(this::tell);
  }

  private void tell(Repeats.Rest rest) {
    log.log(
        Level.WARNING, () -> "again within a minute, times " + rest.count() + ": " + rest.kind());
  }
}
