package io.heartline.engine;

import java.util.function.Supplier;

/**
 * How much one line may be sent of what was published before it subscribed: a small amount of its
 * own, which pages that resume hardly ever exceed, and then whatever the lines of the same user or
 * address leave it. Lines that must wait get their turns in the order in which they asked. Not
 * thread-safe: guarded by the line's {@link Writer}.
 */
final class CatchUp {
  /** How much a turn is expected to carry, in bytes; what it really did is settled afterwards. */
  static final int TURN = 64 * 1024;

  private final Buckets shared;
  private final Supplier<Object> who;
  private long own;

  /** When its turn comes; meaningless unless it has asked for one. */
  private long turnAt;

  private boolean asked;

  /**
   * @param own how much it may be sent before it takes from what it shares, in bytes
   * @param who whom it shares with, as {@link Buckets} tell them apart
   */
  CatchUp(long own, Buckets shared, Supplier<Object> who) {
    this.own = own;
    this.shared = shared;
    this.who = who;
  }

  /** Returns in how many nanoseconds it may be sent some more; 0 or less for now. */
  long due(long now) {
    if (own > 0) {
      return 0;
    }
    if (!asked) {
      asked = true;
      turnAt = now + shared.spend(who.get(), TURN, now);
    }
    return turnAt - now;
  }

  /** So many bytes are sent, in a turn that was due. */
  void sent(long bytes, long now) {
    if (asked) {
      asked = false;
      shared.spend(who.get(), bytes - TURN, now);
      return;
    }
    own -= bytes;
    if (own < -TURN) { // a single publication can be very large
      shared.spend(who.get(), -TURN - own, now);
    }
  }

  /** Nothing more is sent: a turn that it has asked for is given back. */
  void end(long now) {
    if (asked) {
      asked = false;
      shared.spend(who.get(), -TURN, now);
    }
  }
}
