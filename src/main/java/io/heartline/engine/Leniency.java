package io.heartline.engine;

/**
 * Whether peers may be judged for what they have not done. Not while the server itself was held up,
 * and not while it has no thread to read with: what they have sent lies unread in their sockets.
 * For a moment after that it is read first, then judged. Pure arithmetic; guarded by its
 * {@link Timers}.
 */
final class Leniency {
  /** How often it must look. */
  static final long LOOK_NANOS = 250_000_000;

  /** Two looks that lie further apart mean that the server was held up between them. */
  static final long LATE_NANOS = 1_000_000_000;

  /** How long it takes to read what came meanwhile. */
  static final long MOMENT_NANOS = 2_000_000_000;

  /** A server that is held up or exhausted for longer than this judges all the same. */
  static final long LONGEST_NANOS = 60_000_000_000L;

  private boolean looked;
  private long lookedAt;

  /** Nobody is judged before {@code until}, since {@code since}; else both mean nothing. */
  private boolean lenient;

  private long since;
  private long until;

  /** @param exhausted whether no thread is left to read with */
  void look(long now, boolean exhausted) {
    boolean held = looked && now - lookedAt > LATE_NANOS;
    looked = true;
    lookedAt = now;
    lenient = lenient && until - now > 0;
    if (held || exhausted) {
      since = lenient ? since : now;
      until = now + MOMENT_NANOS;
      lenient = true;
    }
  }

  /** Returns when peers may be judged that should have been at {@code now}: then, or later. */
  long judgedAt(long now) {
    boolean spared = lenient && until - now > 0 && now - since < LONGEST_NANOS;
    return spared ? until : now;
  }
}
