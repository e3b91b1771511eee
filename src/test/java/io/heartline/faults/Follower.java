package io.heartline.faults;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.model.Position;
import org.jspecify.annotations.Nullable;

/**
 * What one client was told of a channel, as its page would have used it: a page drops by their
 * offsets what it has applied already. Such repeats come where a line begins behind what the last
 * one brought, since its client knows the positions of some publications only. Thread-safe.
 */
final class Follower {
  private final String name;
  private final String channel;
  private final History history;

  /** What was applied last. */
  @GuardedBy("this")
  private Position at;

  /** What the line has brought last, at {@link #at} or before. */
  @GuardedBy("this")
  private Position line;

  @GuardedBy("this")
  private int lines;

  @GuardedBy("this")
  private int repeats;

  @GuardedBy("this")
  private int gaps;

  /** @param start from where it reads first */
  Follower(String name, String channel, Position start, History history) {
    this.name = name;
    this.channel = channel;
    this.history = history;
    at = start;
    line = start;
    history.seen(name, channel, new Seen.Began(start, start, null));
  }

  /**
   * A line begins to read.
   *
   * @param reason why that is not where it asked for; null if it is
   */
  synchronized void began(Position asked, Position position, @Nullable String reason) {
    lines++;
    gaps += reason == null ? 0 : 1;
    boolean repeats = reason == null
        && position.equals(asked)
        && position.epoch().equals(at.epoch())
        && position.offset() < at.offset();
    line = position;
    at = repeats ? at : position;
    history.seen(name, channel, new Seen.Began(asked, at, reason));
  }

  /** @param position null where only the offset is told */
  synchronized void pushed(long offset, @Nullable Position position, String value) {
    if (offset != line.offset() + 1) {
      history.seen(name, channel, new Seen.OutOfStep(offset));
    }
    line = position != null ? position : new Position(line.epoch(), offset, 0);
    if (offset <= at.offset()) {
      repeats++;
      return;
    }
    at = line;
    history.seen(name, channel, new Seen.Applied(offset, position, value));
  }

  synchronized void gap(Position position, String reason) {
    gaps++;
    line = position;
    at = position;
    history.seen(name, channel, new Seen.Gap(position, reason));
  }

  /**
   * Returns whether it has applied the channel up to a position, or was told of a gap since: a log
   * that was set back goes on in a new epoch, and its offsets go on too.
   */
  synchronized boolean hasRead(Position position) {
    return at.offset() >= position.offset() && (gaps > 0 || at.epoch().equals(position.epoch()));
  }

  synchronized int lines() {
    return lines;
  }

  /** Returns how many repeats it has dropped. */
  synchronized int repeats() {
    return repeats;
  }

  synchronized int gaps() {
    return gaps;
  }
}
