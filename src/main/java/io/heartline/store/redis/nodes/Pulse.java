package io.heartline.store.redis.nodes;

import io.heartline.engine.Timers;
import io.heartline.model.TimeSource;
import java.time.Duration;

/**
 * Notices that this node stood still: the process was stopped, the machine was suspended, or a
 * garbage collection took very long. It looks at the clock once a second, and a look that is late
 * tells. The wall clock is looked at too, since the other one stands still in a suspended machine.
 */
final class Pulse {
  /** How long a node may stand still before it has to ask what it missed. */
  static final Duration STILL = Duration.ofSeconds(5);

  private static final Duration TICK = Duration.ofSeconds(1);

  private final Timers timers;
  private final TimeSource time;
  private final Runnable stoodStill;

  /** When the clock was last looked at. Replaced as one, after {@link #stoodStill} was told. */
  private volatile Look last;

  private volatile boolean closed;

  private record Look(long nanos, long epochMicros) {}

  Pulse(Timers timers, TimeSource time, Runnable stoodStill) {
    this.timers = timers;
    this.time = time;
    this.stoodStill = stoodStill;
    last = new Look(time.nanos(), time.epochMicros());
  }

  void start() {
    last = new Look(time.nanos(), time.epochMicros());
    again();
  }

  private void tick() {
    if (closed) {
      return;
    }
    if (isLate()) {
      stoodStill.run();
    }
    last = new Look(time.nanos(), time.epochMicros());
    again();
  }

  private void again() {
    timers.at(time.nanos() + TICK.toNanos(), this::tick);
  }

  /** Returns whether the last look is so long ago that the node must have stood still. */
  boolean isLate() {
    Look look = last;
    return time.nanos() - look.nanos > STILL.toNanos()
        || time.epochMicros() - look.epochMicros > STILL.toNanos() / 1000;
  }

  void close() {
    closed = true;
  }
}
