package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.EnumMap;
import java.util.Map;

/** The deadlines of one line, at most one of each kind. None outlives the line. */
final class Deadlines {
  /** A kind of deadline. */
  enum Kind {
    /** The next look at the clock. */
    CHECK,
    /** A message that has begun must be complete. */
    MESSAGE,
    /** A write must have made progress. */
    WRITE,
    /** What catches up may go on. */
    CATCH_UP,
    /** A draining line ends. */
    DRAINED,
    /** A line that is ending is cut. */
    CUT,
    /** The identity of the line must be known; once it is, that identity expires. */
    IDENTITY,
    /** A right to read may have ended. */
    RIGHTS
  }

  private final Timers timers;

  @GuardedBy("this")
  private final Map<Kind, Timers.Timer> set = new EnumMap<>(Kind.class);

  @GuardedBy("this")
  private boolean over;

  Deadlines(Timers timers) {
    this.timers = timers;
  }

  /** Sets a deadline in place of the previous one of its kind; does nothing after {@link #end}. */
  void set(Kind kind, long nanos, Runnable task) {
    boolean judges = kind == Kind.WRITE || kind == Kind.CUT || kind == Kind.MESSAGE;
    Timers.Timer timer = judges ? timers.judgeAt(nanos, task) : timers.at(nanos, task);
    Timers.Timer before;
    synchronized (this) {
      before = over ? timer : set.put(kind, timer);
    }
    if (before != null) {
      before.cancel();
    }
  }

  /** Returns whether one of this kind was set; it may have passed. */
  synchronized boolean isSet(Kind kind) {
    return set.containsKey(kind);
  }

  /** Cancels one. */
  void cancel(Kind kind) {
    Timers.Timer before;
    synchronized (this) {
      before = set.remove(kind);
    }
    if (before != null) {
      before.cancel();
    }
  }

  /** Cancels all, for good. */
  synchronized void end() {
    over = true;
    set.values().forEach(Timers.Timer::cancel);
    set.clear();
  }
}
