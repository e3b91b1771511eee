package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.log.From;
import io.heartline.log.Start;
import io.heartline.protocol.Dialect;
import io.heartline.protocol.Subscription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one line reads, up to a limit. Thread-safe; one subscription is added at a time. */
final class Subscriptions {
  /** What came of a request to subscribe. */
  enum Verdict {
    DONE,
    ALREADY,
    TOO_MANY,
    /** The channel cannot be read now. */
    UNAVAILABLE
  }

  private final Hub hub;
  private final Writer writer;
  private final Dialect dialect;
  private final int max;

  @GuardedBy("this")
  private final Map<Subscription, Cursor> cursors = new HashMap<>(4);

  @GuardedBy("this")
  private boolean closed;

  Subscriptions(Hub hub, Writer writer, Dialect dialect, int max) {
    this.hub = hub;
    this.writer = writer;
    this.dialect = dialect;
    this.max = max;
  }

  /**
   * Begins to read a channel. The next subscription may be added once this one is decided.
   *
   * @param begun told where reading starts, if it does
   * @return fails only if the store fails in another way than with {@link Store.Unavailable}
   */
  CompletionStage<Verdict> add(Subscription subscription, From from, Consumer<Start> begun) {
    synchronized (this) {
      if (cursors.containsKey(subscription)) {
        return CompletableFuture.completedFuture(Verdict.ALREADY);
      }
      if (closed || cursors.size() >= max) {
        return CompletableFuture.completedFuture(Verdict.TOO_MANY);
      }
    }
    return hub.enter(subscription, dialect.publications(subscription), writer, from)
        .handle((entered, failure) -> {
          if (entered == null) {
            return verdict(failure);
          }
          keep(entered.cursor());
          begun.accept(entered.start());
          return Verdict.DONE;
        });
  }

  private void keep(Cursor cursor) {
    boolean late;
    synchronized (this) {
      late = closed;
      if (!late) {
        cursors.put(cursor.subscription(), cursor);
      }
    }
    if (late) { // the line ended while the channel was opened
      hub.leave(cursor);
    }
  }

  private static Verdict verdict(@Nullable Throwable failure) {
    Throwable cause = Outcome.cause(failure);
    if (cause instanceof Store.Unavailable) {
      return Verdict.UNAVAILABLE;
    }
    throw new IllegalStateException("a channel could not be opened", cause);
  }

  /** Returns the cursor of a subscription that has ended now, or null if there was none. */
  @Nullable
  Cursor remove(Subscription subscription) {
    Cursor cursor;
    synchronized (this) {
      cursor = cursors.remove(subscription);
    }
    if (cursor != null) {
      hub.leave(cursor);
    }
    return cursor;
  }

  /** Returns the cursor of a subscription, or null if there is none. */
  synchronized @Nullable Cursor cursor(Subscription subscription) {
    return cursors.get(subscription);
  }

  /** Returns what is read now. */
  synchronized List<Subscription> all() {
    return List.copyOf(cursors.keySet());
  }

  /**
   * Makes sure that everything published before this is delivered, even if no walk has told of it
   * yet.
   */
  void markAll() {
    List<Cursor> all;
    synchronized (this) {
      all = List.copyOf(cursors.values());
    }
    all.forEach(writer::mark);
  }

  /** Stops reading all channels, for good. */
  void close() {
    List<Cursor> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(cursors.values());
      cursors.clear();
    }
    left.forEach(hub::leave);
  }

  /** Returns how many publications of all its channels the line has not read. */
  long lag() {
    List<Cursor> all;
    synchronized (this) {
      all = List.copyOf(cursors.values());
    }
    return all.stream().mapToLong(writer::lag).sum();
  }
}
