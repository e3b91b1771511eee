package io.heartline.store.file;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the disk refused, until as much as that fits again. A smaller publication that fits
 * meanwhile proves little: it may lie in the rest of a page. Asking costs a trial, which is made at
 * most once a second however often somebody asks. The log follows with at most two lines a minute.
 * Used by the store's thread only, except where it says otherwise.
 */
final class FullDisk {
  /** The least that must fit, in bytes, so that a little room that comes and goes is not told. */
  static final int LEAST = 64 * 1024;

  private static final long PAUSE = Duration.ofSeconds(1).toNanos();
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final Logger log;

  /** Why the disk refused; null if it does not. Used by all threads. */
  private volatile @Nullable String reason;

  /** The most that was refused at once, in bytes. */
  private long needed;

  /** When the last trial was made. */
  private long triedNanos;

  /** The log's last word was that publications are refused. */
  private boolean told;

  /** When the log was last told so. */
  private long toldNanos;

  FullDisk(Logger log, long nowNanos) {
    this.log = log;
    triedNanos = nowNanos - PAUSE;
    toldNanos = nowNanos - MINUTE;
  }

  /** Returns why the disk refused; null if it does not. Used by all threads. */
  @Nullable
  String reason() {
    return reason;
  }

  /** Returns how many bytes must fit before it is over. */
  long needed() {
    return needed;
  }

  /** The disk did not take so many bytes. */
  void refused(long bytes, String why, long nowNanos) {
    needed = Math.max(needed, Math.max(bytes, LEAST));
    reason = why;
    tell(nowNanos);
  }

  /** The disk has taken so many bytes. */
  void taken(long bytes, long nowNanos) {
    if (bytes >= needed) {
      reason = null;
      needed = 0;
    }
    tell(nowNanos);
  }

  /** Returns whether to try now whether there is room again. */
  boolean isTrialDue(long nowNanos) {
    if (reason == null || nowNanos - triedNanos < PAUSE) {
      return false;
    }
    triedNanos = nowNanos;
    return true;
  }

  private void tell(long nowNanos) {
    String why = reason;
    if (why == null && told) {
      told = false;
      log.log(Level.INFO, "the disk takes publications again");
    } else if (why != null && !told && nowNanos - toldNanos >= MINUTE) {
      told = true;
      toldNanos = nowNanos;
      log.log(
          Level.WARNING,
          "the disk does not take publications; they are refused until it does: {0}",
          why);
    }
  }
}
