package io.heartline.transport.shared;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is made of the texts of a write, made once for all lines that write the same texts soon
 * after each other. Thread-safe.
 *
 * @param <V> what is made; nobody changes it
 */
public final class Shared<V> {
  /**
   * How many writes are kept: writers switch between channels, and each door writes a channel in
   * its own way.
   */
  private static final int SLOTS = 64;

  /** Heap taken by the objects around the texts and what was made of them, in bytes. */
  private static final int OVERHEAD = 128;

  /** Heap taken by a text besides its characters, in bytes. */
  private static final int TEXT = 56;

  private final long maxBytes;
  private final Function<List<String>, V> make;
  private final ToLongFunction<V> heapBytes;

  /** Slots by the hash of the first text; a newer entry replaces an older one. */
  private final AtomicReferenceArray<@Nullable Made<V>> made = new AtomicReferenceArray<>(SLOTS);

  /** Heap taken by everything in {@link #made}. */
  @GuardedBy("this")
  private long bytes;

  /** Texts and what is made of them. The first line that needs it makes it; others wait. */
  private static final class Made<V> {
    final List<String> texts;

    /** Null until made. */
    volatile @Nullable V value;

    /** Heap bytes, as counted in {@link Shared#bytes}. Guarded by the outer object. */
    long size;

    Made(List<String> texts) {
      this.texts = texts;
    }
  }

  /**
   * @param maxBytes heap for what is kept to be shared. The newest is kept even if it alone takes
   *     more, so that nothing is made once per line
   * @param make makes it, on the thread of the first line that needs it and under no lock of others
   * @param heapBytes returns how much heap it takes
   */
  public Shared(long maxBytes, Function<List<String>, V> make, ToLongFunction<V> heapBytes) {
    this.maxBytes = maxBytes;
    this.make = make;
    this.heapBytes = heapBytes;
  }

  /** Returns how much heap everything kept here takes, in bytes. */
  public synchronized long bytes() {
    return bytes;
  }

  /**
   * Returns what is made of the texts.
   *
   * @param texts at least one; must not be changed afterwards
   */
  public V of(List<String> texts) {
    int slot = texts.get(0).hashCode() & (SLOTS - 1);
    Made<V> found = made.get(slot);
    while (found == null || !found.texts.equals(texts)) {
      Made<V> next = new Made<>(texts);
      found = replace(slot, found, next) ? next : made.get(slot);
    }
    V ready = found.value;
    return ready != null ? ready : make(slot, found);
  }

  private synchronized boolean replace(int slot, @Nullable Made<V> before, Made<V> next) {
    if (!made.compareAndSet(slot, before, next)) {
      return false;
    }
    bytes -= before == null ? 0 : before.size;
    return true;
  }

  private V make(int slot, Made<V> wanted) {
    synchronized (wanted) {
      V ready = wanted.value;
      if (ready == null) {
        ready = make.apply(wanted.texts);
        wanted.value = ready;
        keep(slot, wanted, heapBytes.applyAsLong(ready));
      }
      return ready;
    }
  }

  /** Counts what was made, and drops other entries while all together take too much. */
  private synchronized void keep(int slot, Made<V> kept, long size) {
    if (made.get(slot) != kept) {
      return; // something else is in its slot by now
    }
    kept.size = OVERHEAD + size + heapBytes(kept.texts);
    bytes += kept.size;
    for (int i = 1; i < SLOTS && bytes > maxBytes; i++) {
      int other = (slot + i) & (SLOTS - 1);
      Made<V> gone = made.get(other);
      if (gone != null && gone.size > 0) {
        made.set(other, null);
        bytes -= gone.size;
      }
    }
  }

  /**
   * Returns the heap for texts: two bytes a character at most. They count too, since they may be
   * kept only for what was made of them.
   */
  private static long heapBytes(List<String> texts) {
    long bytes = 0;
    for (String text : texts) {
      bytes += TEXT + 2L * text.length();
    }
    return bytes;
  }
}
