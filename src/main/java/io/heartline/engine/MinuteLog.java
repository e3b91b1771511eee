package io.heartline.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A log that strangers cannot fill: the first of a kind in a minute is told at once, how many
 * followed when the minute is over. Thread-safe.
 */
public final class MinuteLog {
  private final Logger log;
  private final Level level;
  private final LongSupplier nanos;
  private final Repeats repeats;
  private final Function<Repeats.Rest, String> rest;

  /**
   * @param level of all that is told
   * @param nanos the clock, in nanoseconds
   * @param kinds how many kinds are kept apart in a minute; beyond that they share one
   * @param rest returns the words for what followed
   */
  public MinuteLog(
      Logger log, Level level, LongSupplier nanos, int kinds, Function<Repeats.Rest, String> rest) {
    this.log = log;
    this.level = level;
    this.nanos = nanos;
    repeats = new Repeats(1, kinds);
    this.rest = rest;
  }

  /** Returns words for what followed that fit anything. */
  public static String again(Repeats.Rest rest) {
    return "again within a minute, times " + rest.count() + ": " + rest.kind();
  }

  /**
   * Something happened.
   *
   * @param words asked only if it is told
   */
  public void happened(String kind, Supplier<String> words) {
    happened(kind, words, null);
  }

  /** The same, with what was thrown; null if nothing was. */
  public void happened(String kind, Supplier<String> words, @Nullable Throwable failure) {
    if (repeats.isTold(kind, nanos.getAsLong())) {
      log.log(level, words, failure);
    }
  }

  /** Tells how much followed in the minutes that are over. Called every second or so. */
  public void tend() {
    repeats.over(nanos.getAsLong()).forEach(this::tell);
  }

  /** Tells everything that was only counted so far. Called at the end. */
  public void end() {
    repeats.end(nanos.getAsLong()).forEach(this::tell);
  }

  private void tell(Repeats.Rest followed) {
    log.log(level, () -> rest.apply(followed));
  }
}
