package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells the lines of a channel that it has moved, a slice of them in each turn of a thread. Between
 * two slices it waits behind everything else that is queued, and other threads take slices of their
 * own. Lines whose writes hold no thread are written to on the way, while what was touched to tell
 * them is still in the processor's cache. The others queue for a turn.
 */
final class Walk implements WriterPool.Turn {
  /** How many cursors are visited in one turn. */
  static final int SLICE = 64;

  private static final Logger LOG = System.getLogger(Walk.class.getName());

  private enum State {
    /** Nothing has moved. */
    RESTING,
    /** Waits for its first turn. The walk covers what is published until then. */
    QUEUED,
    WALKING,
    /** The channel has moved since the walk began, so another walk follows when it is done. */
    MOVED
  }

  private final Iterable<Cursor> cursors;
  private final WriterPool pool;

  @GuardedBy("this")
  private State state = State.RESTING;

  /** The cursors that are still to be visited; null unless it is walking. */
  @GuardedBy("this")
  private @Nullable Iterator<Cursor> left;

  /** @param cursors may change at any time; one added during a walk may be visited by it or not */
  Walk(Iterable<Cursor> cursors, WriterPool pool) {
    this.cursors = cursors;
    this.pool = pool;
  }

  /** The channel has moved: all cursors are visited after this, at least once. */
  void moved() {
    boolean begins;
    synchronized (this) {
      begins = state == State.RESTING;
      state = begins || state == State.QUEUED ? State.QUEUED : State.MOVED;
    }
    if (!begins) {
      return;
    }
    try {
      pool.ready(this);
    } catch (RuntimeException | Error e) {
      rest();
      throw e;
    }
  }

  @Override
  public void take(boolean mayBlock) {
    List<Cursor> slice;
    List<Writer> queued;
    try {
      slice = new ArrayList<>(SLICE);
      queued = new ArrayList<>(SLICE);
      if (next(slice)) {
        pool.ready(this); // first: other threads may take part
      }
    } catch (RuntimeException | Error e) { // such as: no memory is left
      rest();
      throw e;
    }
    for (Cursor cursor : slice) {
      visit(cursor, queued);
    }
    try {
      pool.ready(queued);
    } catch (RuntimeException | Error e) { // otherwise they would wait for a turn forever
      queued.forEach(writer -> writer.broken(e));
    }
  }

  /**
   * Visits one line. If that fails it costs this line only, even if the failure cannot be reported.
   */
  private static void visit(Cursor cursor, List<Writer> queued) {
    try {
      if (cursor.writer().follow(cursor)) {
        queued.add(cursor.writer());
      }
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "a line could not be cut", e);
    }
  }

  /** Resets the walk after a failure, so that it can begin again. */
  private synchronized void rest() {
    left = null;
    state = State.RESTING;
  }

  /** Takes the next slice; returns whether this walk, or a new one, goes on after it. */
  private synchronized boolean next(List<Cursor> slice) {
    if (left == null) {
      left = cursors.iterator();
      state = State.WALKING;
    }
    while (slice.size() < SLICE && left.hasNext()) {
      slice.add(left.next());
    }
    if (left.hasNext()) {
      return true;
    }
    left = null;
    state = state == State.MOVED ? State.QUEUED : State.RESTING;
    return state == State.QUEUED;
  }
}
