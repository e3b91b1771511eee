package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Keeps account of the encoded texts of all channels. They are bounded in bytes, and the oldest are
 * dropped first. Each channel finds its own ranges by itself; this is asked only when one is
 * encoded or dropped.
 */
final class EncodedRanges {
  private final long maxBytes;

  /** The ranges that have their texts, oldest first. */
  @GuardedBy("this")
  private final Set<EncodedRange> kept = new LinkedHashSet<>();

  @GuardedBy("this")
  private long bytes;

  /**
   * @param maxBytes how much heap the texts may use; the newest range is kept even if it alone uses
   *     more
   */
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

  /** Drops a range that its channel no longer uses. */
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

  /** Returns how much heap all texts use, in bytes. */
  synchronized long bytes() {
    return bytes;
  }
}
