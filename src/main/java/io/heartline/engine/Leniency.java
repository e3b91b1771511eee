package io.heartline.engine;

/**
 * Decides whether peers may be judged for what they have not done. They may not while the server
 * itself is held up, or has no thread to read with: what they sent lies unread in their sockets.
 * For a moment after that the server first reads it, then judges. Pure arithmetic; guarded by its
 * {@link Timers}.
 */
final class Leniency {
  /** How often {@link #look} must be called. */
  static final long LOOK_NANOS = 250_000_000;

  /** Two looks further apart than this mean that the server was held up between them. */
  static final long LATE_NANOS = 1_000_000_000;

  /** How long the server may take to read what came meanwhile. */
  static final long MOMENT_NANOS = 2_000_000_000;

  /** A server that is held up or exhausted for longer than this judges anyway. */
  static final long LONGEST_NANOS = 60_000_000_000L;

  private boolean looked;
  private long lookedAt;

  /**
   * Since {@code since}, nobody is judged before {@code until}. While this is false, both are
   * meaningless.
   */
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

  /** Returns when peers that are due to be judged at {@code now} may be judged: then, or later. */
  long judgedAt(long now) {
    boolean spared = lenient && until - now > 0 && now - since < LONGEST_NANOS;
    return spared ? until : now;
  }
}
