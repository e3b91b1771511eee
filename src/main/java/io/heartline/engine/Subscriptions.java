package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The channels that one line reads, at most so many. Thread-safe. */
final class Subscriptions {
  /** What became of a wish to subscribe. */
  enum Verdict {
    DONE,
    ALREADY,
    TOO_MANY,
    /** The store has no room for one more name. */
    UNAVAILABLE
  }

  private final Hub hub;
  private final Writer writer;
  private final int max;

  @GuardedBy("this")
  private final Map<ChannelName, Cursor> cursors = new HashMap<>(4);

  @GuardedBy("this")
  private boolean closed;

  Subscriptions(Hub hub, Writer writer, int max) {
    this.hub = hub;
    this.writer = writer;
    this.max = max;
  }

  /** Reads a channel from now on. */
  synchronized Verdict add(ChannelName name, From from) {
    if (cursors.containsKey(name)) {
      return Verdict.ALREADY;
    }
    if (closed || cursors.size() >= max) {
      return Verdict.TOO_MANY;
    }
    try {
      cursors.put(name, hub.enter(name, writer, from));
      return Verdict.DONE;
    } catch (Store.Unavailable e) {
      return Verdict.UNAVAILABLE;
    }
  }

  /** Returns the cursor of a channel that is no longer read, or null if it was not. */
  synchronized @Nullable Cursor remove(ChannelName name) {
    Cursor cursor = cursors.remove(name);
    if (cursor != null) {
      hub.leave(cursor);
    }
    return cursor;
  }

  /** What was published before this is delivered though no walk has told of it yet. */
  synchronized void markAll() {
    cursors.values().forEach(writer::mark);
  }

  /** Reads nothing any more. */
  synchronized void close() {
    closed = true;
    cursors.values().forEach(hub::leave);
    cursors.clear();
  }

  /** Returns how many publications of all channels are not read. */
  synchronized long lag() {
    return cursors.values().stream().mapToLong(writer::lag).sum();
  }
}
