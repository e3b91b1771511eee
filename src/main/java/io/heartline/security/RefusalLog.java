package io.heartline.security;

import io.heartline.engine.MinuteLog;
import io.heartline.engine.Repeats;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Logs what is refused, once for each address and minute and reason: anybody can have any number of
 * requests refused. The first is logged at once. How many followed is logged when the minute is
 * over. IPv6 addresses count by their /64, which a provider gives to one customer.
 */
public final class RefusalLog {
  /** The logger's name, which operators use in their configuration. */
  public static final String NAME = "io.heartline.refusals";

  /** How many addresses are kept apart in a minute; beyond that they share one. */
  static final int ADDRESSES = 100;

  private final MinuteLog log;

  /** Why something is refused. */
  public enum Reason {
    /** A page that may not connect. */
    ORIGIN("foreign page"),
    /** The HTTP interface was called without one of the keys. */
    KEY("missing or wrong key"),
    /** The HTTP interface was called with a key that may not do this. */
    SCOPE("a key without the scope"),
    /** A limit is reached. */
    ROOM("no room"),
    /** Too much in a short time. */
    PACE("too fast"),
    /** The credentials do not say who this is, or name a user that cannot be used. */
    CREDENTIALS("credentials that cannot be used");

    private final String words;

    Reason(String words) {
      this.words = words;
    }
  }

  /** @param nanos the clock, in nanoseconds */
  public RefusalLog(LongSupplier nanos) {
    this(nanos, System.getLogger(NAME));
  }

  RefusalLog(LongSupplier nanos, Logger log) {
    this.log = new MinuteLog(log, Level.WARNING, nanos, ADDRESSES, RefusalLog::more);
  }

  /**
   * Something was refused.
   *
   * @param address of the client, fit for a log line
   * @param what which values were refused and which property would change it, in one line; asked
   *     only if it is logged
   */
  public void refused(Reason reason, String address, Supplier<String> what) {
    String kind = Networks.networkOf(address) + " (" + reason.words + ")";
    log.happened(kind, () -> "refused " + address + ": " + what.get());
  }

  /** Logs how much followed in the minutes that are over. Called every second or so. */
  public void tend() {
    log.tend();
  }

  /** Logs everything that was only counted so far. Called at the end. */
  public void end() {
    log.end();
  }

  private static String more(Repeats.Rest rest) {
    return "refused " + rest.kind() + " "
        + (rest.count() == 1 ? "once more" : rest.count() + " more times") + " within a minute";
  }
}
