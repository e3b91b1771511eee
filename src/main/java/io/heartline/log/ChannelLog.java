package io.heartline.log;

import io.heartline.model.GapReason;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One channel's retained publications and its head. Not thread-safe: its owner guards it.
 *
 * <p>Offsets are dense within an epoch, so the publication with offset {@code o} is {@code o -
 * first} places after the oldest one. Every question about a cursor is arithmetic.
 */
public final class ChannelLog {
  private final Ring<Publication> retained = new Ring<>();
  private Position head;

  /** The tag of the publication just before the oldest retained one; 0 if there never was one. */
  private long tagBeforeFirst;

  private long bytes;

  /** An empty log with the given epoch. */
  public ChannelLog(String epoch) {
    this(new Position(epoch, 0, 0));
  }

  /** A log that retains nothing; the next publication follows {@code head}. */
  public ChannelLog(Position head) {
    this.head = head;
    tagBeforeFirst = head.tag();
  }

  /**
   * Returns the position that follows {@code head}. Its tag is the time, or the last tag plus one
   * if the wall clock stood still or went back.
   */
  public static Position next(Position head, long epochMicros) {
    return new Position(head.epoch(), head.offset() + 1, Math.max(epochMicros, head.tag() + 1));
  }

  /** Returns the position of the newest publication. */
  public Position head() {
    return head;
  }

  /** Returns the bytes of memory that the retained publications take, roughly. */
  public long bytes() {
    return bytes;
  }

  public boolean isEmpty() {
    return retained.size() == 0;
  }

  /** Appends a message at the {@link #next} position. */
  public Publication append(String data, long epochMicros) {
    Publication publication = new Publication(next(head, epochMicros), data);
    append(publication);
    return publication;
  }

  /**
   * Appends a publication that already has its position.
   *
   * @throws IllegalArgumentException if it does not follow the head
   */
  public void append(Publication publication) {
    Position position = publication.position();
    if (position.offset() != head.offset() + 1 || position.tag() <= head.tag()) {
      throw new IllegalArgumentException("must follow " + head + ": " + position);
    }
    head = position;
    retained.addLast(publication);
    bytes += publication.bytes();
  }

  /** Returns the position just before the oldest retained publication. */
  public Position base() {
    return before(first());
  }

  /** Returns a copy of what is retained, oldest first. */
  public List<Publication> retained() {
    List<Publication> all = new ArrayList<>(retained.size());
    for (int i = 0; i < retained.size(); i++) {
      all.add(retained.get(i));
    }
    return all;
  }

  /** Drops what exceeds the retention. */
  public void trim(Retention retention, long epochMicros) {
    long oldest = epochMicros - retention.age().toNanos() / 1000;
    while (!isEmpty()
        && (retained.size() > retention.count()
            || bytes > retention.bytes()
            || retained.get(0).position().tag() < oldest)) {
      dropOldest();
    }
  }

  /** Drops the oldest publication. The log still knows its offset and tag. */
  public void dropOldest() {
    Publication gone = retained.removeFirst();
    tagBeforeFirst = gone.position().tag();
    bytes -= gone.bytes();
  }

  /** Returns where a reader starts that asked to start at {@code from}. */
  public Start start(From from) {
    if (from instanceof From.After after) {
      GapReason reason = problem(after.position());
      return reason == null ? new Start(after.position(), null) : new Start(head, reason);
    }
    if (from instanceof From.Last last) {
      return new Start(
          before(Math.max(first(), head.offset() - Math.max(0, last.count()) + 1)), null);
    }
    return from instanceof From.Now ? new Start(head, null) : new Start(head, GapReason.UNKNOWN);
  }

  /**
   * Returns what follows {@code after}: as many publications as fit into {@code maxBytes}, at least
   * one if there is one. Counts their bytes in memory, which is about what they take on the wire.
   */
  public Reading read(Position after, int maxBytes) {
    GapReason reason = problem(after);
    if (reason != null) {
      return new Reading.Gap(head, reason);
    }
    int from = (int) (after.offset() + 1 - first());
    List<Publication> publications = new ArrayList<>(Math.min(retained.size() - from, 64));
    long bytes = 0;
    int i = from;
    for (; i < retained.size(); i++) {
      Publication next = retained.get(i);
      bytes += next.bytes();
      if (bytes > maxBytes && i > from) {
        break;
      }
      publications.add(next);
    }
    Position end = publications.isEmpty()
        ? after
        : publications.get(publications.size() - 1).position();
    return new Reading.Range(publications, end, i < retained.size());
  }

  /** Returns why reading cannot continue after a position; null if it can. */
  private @Nullable GapReason problem(Position after) {
    if (!after.epoch().equals(head.epoch())) {
      return GapReason.EPOCH;
    }
    if (after.offset() > head.offset()) {
      return GapReason.DIVERGED;
    }
    if (after.offset() < first() - 1) {
      return GapReason.TRIMMED;
    }
    return before(after.offset() + 1).tag() == after.tag() ? null : GapReason.DIVERGED;
  }

  /**
   * Returns the position just before an offset.
   *
   * @param offset between that of the oldest retained publication and one past the head
   */
  private Position before(long offset) {
    return offset == first()
        ? new Position(head.epoch(), offset - 1, tagBeforeFirst)
        : retained.get((int) (offset - 1 - first())).position();
  }

  /** The offset of the oldest retained publication; one past the head if none is. */
  private long first() {
    return head.offset() - retained.size() + 1;
  }
}
