package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The account of all encoded texts, of all channels: bounded in bytes, and the oldest go first.
 * Each channel finds its own ranges by itself; this is asked only when one is encoded or dropped.
 */
final class EncodedRanges {
  private final long maxBytes;

  /** Those that have their texts, oldest first. */
  @GuardedBy("this")
  private final Set<EncodedRange> kept = new LinkedHashSet<>();

  @GuardedBy("this")
  private long bytes;

  /** @param maxBytes of the heap; the newest range is kept even if it alone takes more */
  EncodedRanges(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Keeps what was encoded, unless its channel has dropped it meanwhile. */
  synchronized void keep(EncodedRange range, Chunk chunk) {
    if (range.dropped) {
      return;
    }
    range.chunk = chunk;
    kept.add(range);
    bytes += chunk.heapBytes();
    Iterator<EncodedRange> oldest = kept.iterator();
    while (bytes > maxBytes && kept.size() > 1) {
      EncodedRange gone = oldest.next();
      oldest.remove();
      release(gone);
    }
  }

  /** Drops a range that its channel does not look for any more. */
  synchronized void drop(EncodedRange range) {
    if (kept.remove(range)) {
      release(range);
    }
    range.dropped = true;
  }

  @GuardedBy("this")
  private void release(EncodedRange range) {
    Chunk chunk = range.chunk;
    bytes -= chunk == null ? 0 : chunk.heapBytes();
    range.chunk = null;
  }

  /** Returns what all texts take in the heap, in bytes. */
  synchronized long bytes() {
    return bytes;
  }
}
