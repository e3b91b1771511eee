package io.heartline.store.window;

/**
 * Where channels' epochs come from: {@code <life>.<generation>}. The generation rises whenever a
 * channel is forgotten, so that a channel's next life can never be mistaken for an earlier one.
 *
 * @param life distinguishes one store's positions from those of others: 1 to 16 of {@code a-z 0-9}
 * @param generation how often a channel was forgotten, or more
 */
public record Epochs(String life, long generation) {
  /** The epochs of a new store. */
  public Epochs(String life) {
    this(life, 0);
  }

  /** Returns the epoch of a channel that is made now. */
  public String next() {
    return life + '.' + Long.toString(generation, 36);
  }

  /** Returns the epochs of the next generation. */
  public Epochs raised() {
    return new Epochs(life, generation + 1);
  }

  /**
   * Returns these, or the generation of {@code epoch} if that is later; it must be of this life.
   */
  public Epochs including(String epoch) {
    return atLeast(generation(epoch));
  }

  /** Returns these, or those of the given generation if that is later. */
  public Epochs atLeast(long other) {
    return new Epochs(life, Math.max(generation, other));
  }

  /** Compares two epochs of this life: negative if the first is earlier, 0 if they are the same. */
  public int compare(String a, String b) {
    return Long.compare(generation(a), generation(b));
  }

  private static long generation(String epoch) {
    return Long.parseLong(epoch.substring(epoch.indexOf('.') + 1), 36);
  }
}
