package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.log.Reading;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.protocol.Encoding;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A channel that somebody reads: its cursors, and the texts they share. */
final class Channel {
  /**
   * How many ranges are shared. Most lines are at one of a few positions; a line further behind
   * encodes its own.
   */
  private static final int SHARED = 8;

  private final ChannelName name;
  private final Store.View view;
  private final EncodedRanges texts;
  private final Set<Cursor> cursors = ConcurrentHashMap.newKeySet();

  /** How many readers have entered and not left; guarded by the hub's map. */
  int readers;

  private final Walk walk;

  /** The last ranges that lines have asked for; some may have lost their texts meanwhile. */
  @GuardedBy("shared")
  private final @Nullable EncodedRange[] shared = new EncodedRange[SHARED];

  @GuardedBy("shared")
  private int oldest;

  @GuardedBy("shared")
  private boolean closed;

  /** @param texts the encoded texts of all channels */
  Channel(ChannelName name, Store.View view, WriterPool pool, EncodedRanges texts) {
    this.name = name;
    this.view = view;
    this.texts = texts;
    walk = new Walk(cursors, pool);
  }

  ChannelName name() {
    return name;
  }

  void add(Cursor cursor) {
    cursors.add(cursor);
  }

  void remove(Cursor cursor) {
    cursors.remove(cursor);
  }

  /** Its committed head has moved. */
  void moved() {
    walk.moved();
  }

  Position head() {
    return view.head();
  }

  Store.View view() {
    return view;
  }

  /** Nobody reads it any more. */
  void close() {
    view.close();
    synchronized (shared) {
      closed = true;
      for (int i = 0; i < SHARED; i++) {
        replace(i, null);
      }
    }
  }

  /**
   * Returns what a cursor at {@code after} writes next.
   *
   * @param maxBytes about how much, unless a single publication is longer
   */
  Chunk next(Position after, Encoding encoding, int maxBytes) {
    while (true) {
      EncodedRange range;
      boolean more = false;
      synchronized (shared) {
        range = serving(after, encoding, maxBytes);
        if (range == null) {
          Reading reading = view.read(after, maxBytes);
          if (reading instanceof Reading.Gap gap) {
            return new Chunk(List.of(), 0, 0, gap.head(), false, gap.reason());
          }
          Reading.Range read = (Reading.Range) reading;
          if (read.publications().isEmpty()) {
            return new Chunk(List.of(), 0, 0, read.end(), false, null);
          }
          more = read.more();
          range = covering(after, encoding, read.end());
          if (range == null) {
            range = share(after, encoding, maxBytes, read);
          }
        }
      }
      Chunk chunk = range.chunk();
      if (chunk != null) {
        return more ? chunk.with(true) : chunk;
      }
      forget(range);
    }
  }

  /** Returns the range that reading the log again would give; null if there is none. */
  @GuardedBy("shared")
  private @Nullable EncodedRange serving(Position after, Encoding encoding, int maxBytes) {
    Position head = view.head();
    for (EncodedRange range : shared) {
      if (range != null && range.serves(after, encoding, maxBytes, head)) {
        return range;
      }
    }
    return null;
  }

  /** Returns the range between two positions, whoever asked for it; null if there is none. */
  @GuardedBy("shared")
  private @Nullable EncodedRange covering(Position after, Encoding encoding, Position end) {
    for (EncodedRange range : shared) {
      if (range != null && range.covers(after, encoding, end)) {
        return range;
      }
    }
    return null;
  }

  @GuardedBy("shared")
  private EncodedRange share(Position after, Encoding encoding, int maxBytes, Reading.Range read) {
    if (closed || cursors.size() < 2) { // a single reader has nobody to share with
      return new EncodedRange(name, encoding, after, maxBytes, read, null);
    }
    EncodedRange range = new EncodedRange(name, encoding, after, maxBytes, read, texts);
    replace(oldest, range);
    oldest = (oldest + 1) % SHARED;
    return range;
  }

  /** Forgets a range whose texts were dropped to make room for others. */
  private void forget(EncodedRange range) {
    synchronized (shared) {
      for (int i = 0; i < SHARED; i++) {
        if (shared[i] == range) {
          replace(i, null);
        }
      }
    }
  }

  @GuardedBy("shared")
  private void replace(int slot, @Nullable EncodedRange range) {
    EncodedRange before = shared[slot];
    if (before != null) {
      texts.drop(before);
    }
    shared[slot] = range;
  }
}
