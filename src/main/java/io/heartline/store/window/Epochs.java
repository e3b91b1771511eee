package io.heartline.store.window;

/**
 * Where channels' epochs come from: {@code <life>.<generation>}. The generation rises whenever a
 * channel is forgotten, so that the next life of no channel is taken for an earlier one.
 *
 * @param life tells one store's positions from those of others: 1 to 16 of {@code a-z 0-9}
 */
public record Epochs(String life, long generation) {
  /** The first ones of a store. */
  public Epochs(String life) {
    this(life, 0);
  }

  /** Returns the epoch of a channel that is made now. */
  public String next() {
    return life + '.' + Long.toString(generation, 36);
  }

  /** Returns those of the next generation. */
  public Epochs raised() {
    return new Epochs(life, generation + 1);
  }

  /** Returns those that are not behind {@code epoch}, which is one of this life. */
  public Epochs including(String epoch) {
    return atLeast(generation(epoch));
  }

  /** Returns those that are not behind a generation. */
  public Epochs atLeast(long other) {
    return new Epochs(life, Math.max(generation, other));
  }

  /** Compares two epochs of this life: negative if the first is the earlier one. */
  public int compare(String a, String b) {
    return Long.compare(generation(a), generation(b));
  }

  private static long generation(String epoch) {
    return Long.parseLong(epoch.substring(epoch.indexOf('.') + 1), 36);
  }
}
