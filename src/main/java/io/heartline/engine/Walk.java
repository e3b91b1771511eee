package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells the lines of a channel that it has moved, a slice of them at each turn of a thread. Between
 * two slices it waits behind what else is queued, and other threads take slices of their own. Lines
 * whose writes hold no thread are written on the way: what was touched to tell them is still near
 * the processor. The others queue for a turn.
 */
final class Walk implements WriterPool.Turn {
  /** So many cursors are visited in one turn. */
  static final int SLICE = 64;

  private static final Logger LOG = System.getLogger(Walk.class.getName());

  private enum State {
    /** Nothing has moved. */
    RESTING,
    /** Waits for its first turn; what is published until then is read by it. */
    QUEUED,
    WALKING,
    /** The channel has moved since it began: it begins anew when it is through. */
    MOVED
  }

  private final Iterable<Cursor> cursors;
  private final WriterPool pool;

  @GuardedBy("this")
  private State state = State.RESTING;

  /** Who is left to be visited; null unless it is walking. */
  @GuardedBy("this")
  private @Nullable Iterator<Cursor> left;

  /** @param cursors may change at any time; who comes during a walk may be visited by it or not */
  Walk(Iterable<Cursor> cursors, WriterPool pool) {
    this.cursors = cursors;
    this.pool = pool;
  }

  /** The channel has moved: all are visited after this, once or more. */
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
    } catch (RuntimeException | Error e) { // no memory left, for one
      rest();
      throw e;
    }
    for (Cursor cursor : slice) {
      visit(cursor, queued);
    }
    try {
      pool.ready(queued);
    } catch (RuntimeException | Error e) { // else they would wait for a turn for ever
      queued.forEach(writer -> writer.broken(e));
    }
  }

  /** A line that fails costs itself only, also where its failure cannot even be told. */
  private static void visit(Cursor cursor, List<Writer> queued) {
    try {
      if (cursor.writer().follow(cursor)) {
        queued.add(cursor.writer());
      }
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "a line could not be cut", e);
    }
  }

  /** What goes wrong must not keep it from being begun again. */
  private synchronized void rest() {
    left = null;
    state = State.RESTING;
  }

  /** Takes the next slice; returns whether this walk, or a new one, goes on behind it. */
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
