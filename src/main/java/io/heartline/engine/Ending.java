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
 * How one line ends: it is draining, then ending, then closed or cut, then gone. Each of the first
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

  /** Told once that the line is gone. */
  private final Gone told;

  /** Completed when the connection is closed. */
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  /** Why we end the line; null as long as we do not. */
  private volatile @Nullable CloseStatus status;

  /** Told by which code a line ended, and why we closed it if we did. */
  @FunctionalInterface
  interface Gone {
    void gone(int code, @Nullable CloseStatus status);
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
   * Closes after what has to be said.
   *
   * @param delayMillis what a page is told to wait before it comes back
   * @param delivering whether what was published before is still written
   */
  void close(CloseStatus why, long delayMillis, boolean delivering) {
    CloseStatus wire = manner.hasWords() ? why : why.forRawClients();
    Push bye = new Push.Bye(wire, !wire.staysAway(), delayMillis);
    if (!end(wire, bye, delivering)) {
      return;
    }
    if (!delivering) {
      subscriptions.close();
    }
    cutLater(wire);
  }

  /**
   * Tells a page when to come back, goes on delivering, and closes when that moment has come.
   *
   * @param delayMillis until the close
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

  /** @param delivering whether what was published before is still written, whatever was walked */
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
   * deadline holds: a second close puts nothing off.
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
    writer.ended(); // a stalled write may end during the cut: nothing may follow the close then
    if (status == null) {
      status = why;
    }
    try {
      setCut(why); // should this cut come to nothing
    } finally {
      closers.execute(() -> {
        CloseStatus last = writer.strongest(why);
        try {
          connection.cut(last);
        } finally {
          gone(last.code());
        }
      });
    }
  }

  /**
   * The writer begins to close: it may do so by itself, for a raw line that cannot be told a gap.
   */
  void closing(CloseStatus why) {
    cutLater(why);
  }

  /** The close was handed to the container, or could not be. */
  void closed(CloseStatus why) {
    if (status == null) { // the writer ended it by itself: a raw line that cannot be told of a gap
      status = why;
    }
    gone(why.code());
  }

  /**
   * The connection is closed, by whomever.
   *
   * @param code as the container reports it, 1006 if there was none
   */
  void gone(int code) {
    if (!gone.complete(null)) {
      return;
    }
    try {
      writer.ended();
      subscriptions.close();
      deadlines.end();
    } finally { // whatever goes wrong: its seat is free
      told.gone(code, status);
    }
  }

  /** Runs a task once the line is gone; at once if it is. The task must not wait for anything. */
  void whenGone(Runnable task) {
    gone.thenRun(task);
  }

  /** Returns whether the connection is closed. */
  boolean isGone() {
    return gone.isDone();
  }

  /** Returns whether it is closed, or will be once what is to be said is said. */
  boolean isEnding() {
    return isGone() || writer.ending();
  }
}
