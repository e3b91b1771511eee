package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.log.Start;
import io.heartline.model.CloseStatus;
import io.heartline.model.Position;
import io.heartline.protocol.Push;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves one line's cursors. There is at most one write at a time, each of bounded size, and after
 * it the line goes to the back of the queue. Holds the line's lock. What is to be written waits in
 * its {@link Outbox}.
 */
final class Writer implements WriterPool.Turn, Connection.Done {
  /** How a writer tells its line what happened. Called outside the lock. */
  interface Events {
    void wrote(long startedAt, long nowNanos, Outgoing outgoing);

    /** Its last write met a full socket, and the one before had not. */
    void slow();

    /** A write failed. The connection cannot be used any more. */
    void failed(Throwable failure);

    /** A write was handed over but not done at once; it is still under way. */
    void waiting(long startedAt, Outgoing outgoing);

    /** The client leaves too many answers unread. */
    void overflown();

    /**
     * What catches up has to wait.
     *
     * @param nanos until {@link Writer#release} is due
     */
    void held(long nanos);

    /** Everything that had to be said is written, and the close begins. */
    void closing(CloseStatus status);

    /** The identity has expired: nothing that was published is written any more. */
    void expired();

    /** The close frame was sent, or could not be. */
    void closed(CloseStatus status);
  }

  private enum State {
    /** Nothing to do. */
    IDLE,
    /** Waits for a thread of the pool. */
    QUEUED,
    /** A write is under way. What comes meanwhile is picked up when it is done. */
    WRITING,
    /** Closed or failed; nothing is written any more. */
    ENDED
  }

  private static final Logger LOG = System.getLogger(Writer.class.getName());

  /**
   * A write that took longer met a full socket. Its line goes on with writes that hold no thread.
   */
  static final long SLOW_NANOS = 20_000_000;

  /**
   * How much a slow line writes at a time. It is little, so that a stalled write can be told from a
   * slow one.
   */
  static final int SLOW_WRITE_CHARS = 8 * 1024;

  private final Connection connection;
  private final WriterPool pool;
  private final Executor closers;
  private final Events events;
  private final LongSupplier nanos;
  private final Expiry expiry;
  private final int writeChars;

  @GuardedBy("this")
  private final Outbox outbox;

  @GuardedBy("this")
  private State state = State.IDLE;

  @GuardedBy("this")
  private long startedAt;

  /** What the write under way carries; null while there is none. */
  @GuardedBy("this")
  private @Nullable Outgoing writing;

  /** Its last write met a full socket. */
  @GuardedBy("this")
  private boolean slow;

  Writer(
      Connection connection,
      Outbox outbox,
      WriterPool pool,
      Executor closers,
      Events events,
      LongSupplier nanos,
      Expiry expiry,
      int writeChars) {
    this.connection = connection;
    this.outbox = outbox;
    this.pool = pool;
    this.closers = closers;
    this.events = events;
    this.nanos = nanos;
    this.expiry = expiry;
    this.writeChars = writeChars;
  }

  /** The connection has become ready again. */
  void writable() {
    boolean wake;
    synchronized (this) {
      wake = queue();
    }
    wake(wake);
  }

  /** Queues an answer. */
  void answer(Push push) {
    boolean fits;
    boolean wake;
    synchronized (this) {
      fits = state == State.ENDED || outbox.ending() || outbox.answer(push);
      wake = queue();
    }
    wake(wake);
    if (!fits) {
      events.overflown();
    }
  }

  /** Lets a cursor start to read. It has entered its channel, so commits mark it from now on. */
  void startReading(Cursor cursor, Start start) {
    boolean fits;
    boolean wake;
    synchronized (this) {
      fits = outbox.startReading(cursor, start);
      wake = queue();
    }
    wake(wake);
    if (!fits) {
      events.overflown();
    }
  }

  void beat(Push.@Nullable Beat text, boolean ping) {
    boolean wake;
    synchronized (this) {
      outbox.beat(text, ping);
      wake = queue();
    }
    wake(wake);
  }

  /**
   * A channel moved. Begins the write at once if that does not make the calling thread wait. Throws
   * nothing: a failure costs this line only.
   *
   * @return whether this writer needs a turn of the pool instead
   */
  boolean follow(Cursor cursor) {
    try {
      return moved(cursor);
    } catch (Throwable t) {
      broken(t);
      return false;
    }
  }

  private boolean moved(Cursor cursor) {
    synchronized (this) {
      outbox.mark(cursor);
      if (!queue()) {
        return false;
      }
    }
    if (!connection.quick()) {
      return true;
    }
    Outgoing outgoing = next();
    if (outgoing == null) {
      return false;
    }
    if (connection.tryWrite(outgoing, this)) {
      begun(outgoing);
    } else {
      pool.ready(mayBlock -> guarded(() -> write(outgoing, mayBlock)));
    }
    return false;
  }

  /** Runs a step. Whatever goes wrong costs this line only. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (Throwable t) {
      broken(t);
    }
  }

  /**
   * Something was thrown that is not a network failure: memory is short, or we made a mistake.
   * Nobody knows how far a write came, so no other follows, and the line is told.
   */
  void broken(Throwable cause) {
    synchronized (this) {
      state = State.ENDED;
      writing = null;
    }
    try {
      LOG.log(Level.ERROR, "a line could not be written to and is cut", cause);
    } finally {
      events.failed(cause);
    }
  }

  /** What the channel still has is delivered before the line ends, if the line ends that way. */
  synchronized void mark(Cursor cursor) {
    outbox.mark(cursor);
  }

  /** Writes nothing more of this channel. The answer comes after what was written before. */
  void stopReading(Cursor cursor, Push answer) {
    synchronized (this) {
      cursor.ended = true;
    }
    answer(answer);
  }

  /**
   * Ends the line once everything that must still be said is written.
   *
   * @param delivering whether publications from before the end are still delivered
   * @return false if it was already ending, by a close that is at least as strong
   */
  boolean end(CloseStatus status, @Nullable Push bye, boolean delivering) {
    boolean ends;
    boolean wake;
    synchronized (this) {
      ends = outbox.end(status, bye, delivering);
      wake = queue();
    }
    wake(wake);
    return ends;
  }

  /**
   * Returns whether the line has ended, or will once everything that must still be said is written.
   */
  synchronized boolean ending() {
    return state == State.ENDED || outbox.ending();
  }

  /**
   * Returns {@code status}, unless the line already ends with a status that tells the client to
   * stay away: then that one.
   */
  synchronized CloseStatus strongest(CloseStatus status) {
    CloseStatus end = outbox.end();
    return end != null && end.staysAway() ? end : status;
  }

  /** What was published may be written again, after a while in which it was withheld. */
  void mayDeliver() {
    boolean wake;
    synchronized (this) {
      outbox.mayDeliver();
      wake = queue();
    }
    wake(wake);
  }

  /** The turn of what catches up has come. */
  void release() {
    boolean wake;
    boolean later;
    synchronized (this) {
      outbox.release();
      wake = queue();
      later = !outbox.hasUrgentWork();
    }
    wake(wake, later);
  }

  /** The connection is gone. */
  void ended() {
    long now = nanos.getAsLong();
    synchronized (this) {
      state = State.ENDED;
      outbox.over(now);
    }
  }

  /**
   * What a client has been sent of a channel.
   *
   * @param began where reading began
   * @param gap the last gap that it was told of; null if there was none
   * @param at the last message that was written, or is being written
   */
  record Reach(Position began, @Nullable Position gap, Position at) {}

  /** Returns how far a cursor that has begun has got. */
  synchronized Reach reach(Cursor cursor) {
    return new Reach(
        Objects.requireNonNull(cursor.began), cursor.gap, Objects.requireNonNull(cursor.at));
  }

  /** Returns how many publications a cursor has not read. */
  synchronized long lag(Cursor cursor) {
    Position at = cursor.at;
    return at == null ? 0 : Math.max(0, cursor.channel().head().offset() - at.offset());
  }

  /** Returns whether the write that began at {@code started} is still under way. */
  synchronized boolean stillWriting(long started) {
    return state == State.WRITING && startedAt == started;
  }

  @GuardedBy("this")
  private boolean queue() {
    if (state != State.IDLE || !outbox.hasWork() || !connection.ready()) {
      return false;
    }
    state = State.QUEUED;
    return true;
  }

  private void wake(boolean queued) {
    wake(queued, false);
  }

  /** @param later whether all there is to write may wait behind other lines' news */
  private void wake(boolean queued, boolean later) {
    if (!queued) {
      return;
    }
    if (later) {
      guarded(() -> pool.later(this));
    } else {
      guarded(() -> pool.ready(this));
    }
  }

  @Override
  public void take(boolean mayBlock) {
    guarded(() -> {
      Outgoing outgoing = next();
      if (outgoing != null) {
        write(outgoing, mayBlock);
      }
    });
  }

  /**
   * Takes what is to be written now; null if there is nothing to write, or if the line is closed
   * instead.
   */
  private @Nullable Outgoing next() {
    long now = nanos.getAsLong();
    boolean expired = expiry.isOver();
    Outgoing outgoing;
    CloseStatus close;
    long held;
    synchronized (this) {
      if (state != State.QUEUED) {
        return null;
      }
      if (expired) {
        outbox.deliverNoMore();
      }
      outgoing = outbox.next(slow ? SLOW_WRITE_CHARS : writeChars, now);
      held = outbox.takeHeldFor();
      close = outgoing == null ? outbox.close() : null;
      state = outgoing != null ? State.WRITING : close != null ? State.ENDED : State.IDLE;
      startedAt = now;
      writing = outgoing;
    }
    if (expired) {
      events.expired();
    }
    if (held > 0) {
      events.held(held);
    }
    if (close != null) {
      events.closing(close);
      closers.execute(() -> {
        CloseStatus last = strongest(close);
        try {
          connection.close(last);
        } finally {
          events.closed(last);
        }
      });
    }
    return outgoing;
  }

  private void write(Outgoing outgoing, boolean mayBlock) {
    long now = nanos.getAsLong();
    Connection.Mode mode;
    synchronized (this) {
      if (writing != outgoing || state != State.WRITING) {
        return; // ended while it waited for its turn
      }
      startedAt = now; // the wait for a turn is not part of the write
      mode = mayBlock && !slow ? Connection.Mode.MAY_BLOCK : Connection.Mode.MUST_NOT_BLOCK;
    }
    connection.write(outgoing, mode, this);
    begun(outgoing);
  }

  /** Reports a write that was handed over but not done at once. */
  private void begun(Outgoing outgoing) {
    long started;
    synchronized (this) {
      if (writing != outgoing || state != State.WRITING) {
        return;
      }
      started = startedAt;
    }
    events.waiting(started, outgoing);
  }

  /** The write that was under way is done. */
  @Override
  public void done(@Nullable Throwable failure) {
    try {
      finish(failure);
    } catch (Throwable t) {
      broken(t);
    }
  }

  private void finish(@Nullable Throwable failure) {
    long now = nanos.getAsLong();
    long started;
    Outgoing outgoing;
    boolean again;
    boolean failed;
    boolean slowed;
    boolean later;
    synchronized (this) {
      outgoing = writing;
      if (state != State.WRITING || outgoing == null) {
        return;
      }
      writing = null;
      started = startedAt;
      failed = failure != null;
      boolean full = now - started > SLOW_NANOS;
      slowed = full && !slow;
      slow = full;
      again = !failed && outbox.hasWork() && connection.ready();
      later = again && !outbox.hasUrgentWork();
      state = failed ? State.ENDED : again ? State.QUEUED : State.IDLE;
    }
    if (failure != null) {
      events.failed(failure);
      return;
    }
    events.wrote(started, now, outgoing);
    if (slowed) {
      events.slow();
    }
    wake(again, later);
  }
}
