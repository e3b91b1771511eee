package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.log.Reading;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.protocol.Encoding;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A channel that somebody reads: its cursors, and the texts they share. */
final class Channel {
  /** Lines stand at few places at a time; those that lag encode their own. */
  private static final int SHARED = 8;

  private final ChannelName name;
  private final Store.View view;
  private final Set<Cursor> cursors = ConcurrentHashMap.newKeySet();

  /** How many entered and did not leave; guarded by the hub's map. */
  int readers;

  private final Walk walk;

  /** The last encoded ranges; each slot holds where it starts, or null. */
  @GuardedBy("shared")
  private final @Nullable Shared[] shared = new Shared[SHARED];

  @GuardedBy("shared")
  private int oldest;

  private record Shared(Encoding encoding, Position after, Chunk chunk) {}

  Channel(ChannelName name, Store.View view, WriterPool pool) {
    this.name = name;
    this.view = view;
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
    walk.begin();
  }

  Position head() {
    return view.head();
  }

  Store.View view() {
    return view;
  }

  /** Returns what a cursor that stands at {@code after} writes next. */
  Chunk next(Position after, Encoding encoding, int maxBytes) {
    synchronized (shared) {
      Position head = view.head();
      for (Shared range : shared) {
        if (range != null
            && range.encoding.equals(encoding)
            && range.after.equals(after)
            && whole(range.chunk, head, maxBytes)) {
          return range.chunk;
        }
      }
      Chunk chunk = encode(view.read(after, maxBytes), encoding);
      if (!chunk.texts().isEmpty() && cursors.size() > 1) { // one reader has nobody to share with
        shared[oldest] = new Shared(encoding, after, chunk);
        oldest = (oldest + 1) % SHARED;
      }
      return chunk;
    }
  }

  /** Returns whether reading anew would give the same: it reaches the head, or it is full. */
  private static boolean whole(Chunk chunk, Position head, int maxBytes) {
    return chunk.chars() <= maxBytes && (chunk.more() || chunk.end().equals(head));
  }

  private Chunk encode(Reading reading, Encoding encoding) {
    if (reading instanceof Reading.Gap gap) {
      return new Chunk(List.of(), 0, 0, gap.head(), false, gap.reason());
    }
    Reading.Range range = (Reading.Range) reading;
    List<Publication> publications = range.publications();
    List<String> texts = publications.isEmpty() ? List.of() : encoding.encode(name, publications);
    int chars = texts.stream().mapToInt(String::length).sum();
    return new Chunk(texts, publications.size(), chars, range.end(), range.more(), null);
  }
}
