package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Whether this node sees what it shares with the other nodes, and since when. Once it sees it again
 * it checks what it may have missed, and is not ready before that is done.
 */
final class Sight {
  /** How often it looks. */
  private static final Duration TICK = Duration.ofMillis(250);

  /** After so long nobody is let in any more: to wait that long is no longer worth it. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** How often it is checked again without a reason, for what was lost all the same. */
  private static final Duration ROUND = Duration.ofMinutes(1);

  private final Engine engine;
  private final BooleanSupplier sees;
  private final BooleanSupplier sure;
  private final Function<Boolean, CompletionStage<?>> checks;

  @GuardedBy("this")
  private boolean seen;

  /** When that has changed, in milliseconds since 1970. */
  @GuardedBy("this")
  private long sinceMillis;

  /** The same in nanoseconds. */
  @GuardedBy("this")
  private long sinceNanos;

  /** Raised by each doubt: what was checked before it does not count. */
  @GuardedBy("this")
  private long doubt;

  /** The doubt that the last check was for; negative if none has succeeded. */
  @GuardedBy("this")
  private long checked = -1;

  @GuardedBy("this")
  private long checkedAt;

  @GuardedBy("this")
  private boolean checking;

  /**
   * @param sees whether what is shared can be used now
   * @param sure whether the other parts of the node have checked all by themselves
   * @param checks checks what may have been missed, given whether there is a reason to believe so;
   *     fails if that is not possible now
   */
  Sight(
      Engine engine,
      BooleanSupplier sees,
      BooleanSupplier sure,
      Function<Boolean, CompletionStage<?>> checks) {
    this.engine = engine;
    this.sees = sees;
    this.sure = sure;
    this.checks = checks;
    sinceMillis = engine.epochMillis();
    sinceNanos = engine.nanos();
    checkedAt = sinceNanos;
  }

  void start() {
    engine.timers().at(engine.nanos(), this::tick);
  }

  private void tick() {
    engine.timers().at(engine.nanos() + TICK.toNanos(), this::tick);
    look();
  }

  /** This node may have missed something. */
  void doubt() {
    synchronized (this) {
      doubt++;
    }
    look();
  }

  private void look() {
    boolean now = sees.getAsBoolean();
    long reason;
    boolean doubtful;
    synchronized (this) {
      if (now != seen) {
        seen = now;
        sinceMillis = engine.epochMillis();
        sinceNanos = engine.nanos();
        doubt++;
      }
      doubtful = checked != doubt;
      boolean due = doubtful || engine.nanos() - checkedAt >= ROUND.toNanos();
      if (!seen || checking || !due) {
        return;
      }
      checking = true;
      checkedAt = engine.nanos();
      reason = doubt;
    }
    checks.apply(doubtful).whenComplete((done, failure) -> {
      synchronized (this) {
        checking = false;
        if (failure == null) {
          checked = reason;
        }
      }
    });
  }

  synchronized boolean seen() {
    return seen;
  }

  synchronized long sinceMillis() {
    return sinceMillis;
  }

  /** Returns whether it is seen, and all that may have been missed was checked. */
  boolean ready() {
    synchronized (this) {
      if (!seen || checked != doubt) {
        return false;
      }
    }
    return sure.getAsBoolean();
  }

  /** Returns whether it was not seen for so long that nobody can be let in. */
  synchronized boolean isCutOff() {
    return !seen && engine.nanos() - sinceNanos >= PATIENCE.toNanos();
  }
}
