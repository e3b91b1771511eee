package io.heartline.engine;

import io.heartline.model.CloseStatus;
import io.heartline.model.Nanos;
import io.heartline.protocol.Manner;
import io.heartline.protocol.Push;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How one line ends: it is draining, then ending, then closed or cut, then gone. All but the last
 * may be skipped.
 */
final class Ending {
  private final Manner manner;
  private final Connection connection;
  private final Writer writer;
  private final Subscriptions subscriptions;
  private final Deadlines deadlines;
  private final Executor closers;
  private final LongSupplier nanos;
  private final Duration closing;

  /** Told once, when the line is gone. */
  private final Gone told;

  /** Completed when the connection is closed. */
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  /** Why we end the line; null unless we do. */
  private volatile @Nullable CloseStatus status;

  /** Told how a line ended, as {@link LineEvents#closed} is. */
  @FunctionalInterface
  interface Gone {
    void gone(int code, @Nullable CloseStatus status, String reason);
  }

  /** @param closing how long a close may wait for the write under way */
  Ending(
      Manner manner,
      Connection connection,
      Writer writer,
      Subscriptions subscriptions,
      Deadlines deadlines,
      Executor closers,
      LongSupplier nanos,
      Duration closing,
      Gone told) {
    this.manner = manner;
    this.connection = connection;
    this.writer = writer;
    this.subscriptions = subscriptions;
    this.deadlines = deadlines;
    this.closers = closers;
    this.nanos = nanos;
    this.closing = closing;
    this.told = told;
  }

  /**
   * Closes once everything that must still be said is written.
   *
   * @param delayMillis how long a page is told to wait before it comes back
   * @param delivering whether publications from before the close are still written
   */
  void close(CloseStatus why, long delayMillis, boolean delivering) {
    close(why, delayMillis, 0, delivering);
  }

  /**
   * Closes as above, and tells the page over how long all lines come back.
   *
   * @param spreadMillis 0 if they do not end together
   */
  void close(CloseStatus why, long delayMillis, long spreadMillis, boolean delivering) {
    CloseStatus wire = manner.hasWords() ? why : why.forRawClients();
    Push bye = new Push.Bye(wire, !wire.staysAway(), delayMillis, spreadMillis);
    if (!end(wire, bye, delivering)) {
      return;
    }
    if (!delivering) {
      subscriptions.close();
    }
    cutLater(wire);
  }

  /**
   * Tells a page when to come back, keeps delivering until that moment, and then closes.
   *
   * @param delayMillis how long until the close
   */
  void drain(long delayMillis) {
    if (manner.hasWords()) {
      writer.answer(new Push.Bye(CloseStatus.DRAINED, true, delayMillis));
    }
    long at = nanos.getAsLong() + Nanos.of(Duration.ofMillis(delayMillis));
    deadlines.set(Deadlines.Kind.DRAINED, at, () -> {
      CloseStatus why = manner.hasWords() ? CloseStatus.DRAINED : CloseStatus.STOPPING;
      if (end(why, null, true)) {
        cutLater(why);
      }
    });
  }

  /**
   * @param delivering whether publications from before the end are still written, even those that
   *     no walk has told of yet
   */
  private boolean end(CloseStatus why, @Nullable Push bye, boolean delivering) {
    if (delivering) {
      subscriptions.markAll();
    }
    if (!writer.end(why, bye, delivering)) {
      return false;
    }
    status = why;
    return true;
  }

  /**
   * A stalled write also blocks the close, so after a while the connection is cut. The first
   * deadline holds: a second close does not put it off.
   */
  private void cutLater(CloseStatus why) {
    if (!deadlines.isSet(Deadlines.Kind.CUT)) {
      setCut(why);
    }
  }

  private void setCut(CloseStatus why) {
    deadlines.set(Deadlines.Kind.CUT, nanos.getAsLong() + Nanos.of(closing), () -> cut(why));
  }

  /** Closes without waiting for the write under way. */
  void cut(CloseStatus why) {
    if (isGone()) {
      return;
    }
    writer.ended(); // a stalled write may end during the cut: nothing may follow the close
    if (status == null) {
      status = why;
    }
    try {
      setCut(why); // cuts again if this cut comes to nothing
    } finally {
      closers.execute(() -> {
        CloseStatus last = writer.strongest(why);
        try {
          connection.cut(last);
        } finally {
          gone(last.code(), "");
        }
      });
    }
  }

  /**
   * The writer begins to close the line. It may do so by itself, for a raw line that cannot be told
   * of a gap.
   */
  void closing(CloseStatus why) {
    cutLater(why);
  }

  /** The close was handed to the container, or could not be. */
  void closed(CloseStatus why) {
    if (status == null) { // the writer ended it by itself: a raw line that cannot be told of a gap
      status = why;
    }
    gone(why.code(), "");
  }

  /**
   * The connection is closed, no matter who closed it.
   *
   * @param code as the container reports it, 1006 if there was none
   * @param reason what the client or the container says about it; may be empty
   */
  void gone(int code, String reason) {
    if (!gone.complete(null)) {
      return;
    }
    try {
      writer.ended();
      subscriptions.close();
      deadlines.end();
    } finally { // whatever goes wrong, its seat must become free
      told.gone(code, status, reason);
    }
  }

  /**
   * Runs a task once the line is gone, or at once if it already is. The task must not wait for
   * anything.
   */
  void whenGone(Runnable task) {
    gone.thenRun(task);
  }

  /** Returns whether the connection is closed. */
  boolean isGone() {
    return gone.isDone();
  }

  /**
   * Returns whether the line is closed, or will be once everything that must still be said is
   * written.
   */
  boolean isEnding() {
    return isGone() || writer.ending();
  }
}
