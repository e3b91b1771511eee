package io.heartline.engine;

import io.heartline.model.Position;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far the client of one subscription has acknowledged what it was sent. Messages have offsets
 * without holes, so those acknowledged one by one are kept as runs. Not thread-safe.
 */
final class Taken {
  /** How many messages may be missing between those acknowledged one by one. */
  static final int MAX_RUNS = 256;

  private final boolean individual;

  /** All up to here is acknowledged; null while not even the gap is with which reading began. */
  private @Nullable Position upTo;

  /** What is acknowledged beyond that: the last of each run, by the offset of its first. */
  private final TreeMap<Long, Position> runs = new TreeMap<>();

  /** @param start where reading began; null if it began with a gap */
  Taken(boolean individual, @Nullable Position start) {
    this.individual = individual;
    upTo = start;
  }

  /** Returns up to where all is acknowledged, or null if nothing is yet. */
  @Nullable
  Position upTo() {
    return upTo;
  }

  /**
   * Notes that a message is acknowledged.
   *
   * @param gap the last gap that the client was told of, which counts as a message; null if none
   * @return false if too many messages are missing in between; then nothing has changed
   */
  boolean take(Position message, @Nullable Position gap) {
    if (!individual) {
      if (isAfter(message, upTo)) {
        upTo = message;
      }
      return true;
    }
    if (!runs.isEmpty() && !runs.firstEntry().getValue().epoch().equals(message.epoch())) {
      runs.clear(); // they are of a log that has ended
    }
    if (message.equals(gap)) { // nothing before it comes any more
      upTo = message;
      runs.headMap(message.offset(), true).clear();
    } else if (isAfter(message, upTo) && !add(message)) {
      return false;
    }
    absorb();
    return true;
  }

  private static boolean isAfter(Position message, @Nullable Position other) {
    return other == null
        || !other.epoch().equals(message.epoch())
        || message.offset() > other.offset();
  }

  /** Adds a message to the run that it is in or next to, or begins one. */
  private boolean add(Position message) {
    long from = message.offset();
    Position last = message;
    Map.Entry<Long, Position> before = runs.floorEntry(from);
    if (before != null && before.getValue().offset() >= from) {
      return true; // acknowledged again
    }
    Position after = runs.get(from + 1);
    boolean joins = before != null && before.getValue().offset() == from - 1;
    if (!joins && after == null && runs.size() >= MAX_RUNS) {
      return false;
    }
    if (after != null) {
      last = after;
      runs.remove(from + 1);
    }
    runs.put(joins ? before.getKey() : from, last);
    return true;
  }

  /** Moves on over the runs that follow without a hole. */
  private void absorb() {
    Position reached = upTo;
    while (reached != null
        && !runs.isEmpty()
        && runs.firstEntry().getValue().epoch().equals(reached.epoch())
        && runs.firstKey() <= reached.offset() + 1) {
      Position run = runs.pollFirstEntry().getValue();
      reached = run.offset() > reached.offset() ? run : reached;
    }
    upTo = reached;
  }
}
