package io.heartline.transport.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Turns texts into WebSocket frames as a server sends them (RFC 6455, 5.2): final, not masked, not
 * compressed. Lines that write the same texts soon after each other share the frames. Thread-safe.
 */
public final class Frames {
  private static final byte FINAL_TEXT = (byte) 0x81;
  private static final byte FINAL_PING = (byte) 0x89;

  /** Payloads of this length or more have their length in two extra bytes. */
  private static final int IN_TWO_BYTES = 126;

  /** Payloads of this length or more have their length in eight extra bytes. */
  private static final int IN_EIGHT_BYTES = 1 << 16;

  /**
   * How many writes are kept: writers switch between channels, and each door writes a channel in
   * its own way.
   */
  private static final int SLOTS = 64;

  /** Heap taken by the objects around the texts and the frames, in bytes. */
  private static final int OVERHEAD = 128;

  /** Heap taken by a text besides its characters, in bytes. */
  private static final int TEXT = 56;

  private final long maxBytes;

  /** Slots by the hash of the first text; a newer entry replaces an older one. */
  private final AtomicReferenceArray<@Nullable Made> made = new AtomicReferenceArray<>(SLOTS);

  /** Heap taken by everything in {@link #made}. */
  @GuardedBy("this")
  private long bytes;

  /** Texts and their frames. The first line that needs the frames makes them; others wait. */
  private static final class Made {
    final List<String> texts;

    /** Null until made. */
    volatile byte @Nullable [] frames;

    /** Heap bytes, as counted in {@link Frames#bytes}. Guarded by the outer object. */
    long size;

    Made(List<String> texts) {
      this.texts = texts;
    }
  }

  /** @param maxBytes heap for the texts and frames that are kept to be shared */
  public Frames(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Returns how many characters a write may have and still be sure to be shared. */
  int longest() {
    return (int) Math.min(maxBytes / 4, Integer.MAX_VALUE / 4);
  }

  /** Returns how much heap everything kept here takes, in bytes. */
  public synchronized long bytes() {
    return bytes;
  }

  /**
   * Returns each text as a frame, one after the other. An unpaired surrogate becomes a question
   * mark.
   *
   * @param texts at least one; must not be changed afterwards
   */
  ByteBuffer of(List<String> texts) {
    int slot = texts.get(0).hashCode() & (SLOTS - 1);
    Made found = made.get(slot);
    while (found == null || !found.texts.equals(texts)) {
      Made next = new Made(texts);
      found = replace(slot, found, next) ? next : made.get(slot);
    }
    byte[] ready = found.frames;
    return ByteBuffer.wrap(ready != null ? ready : make(slot, found));
  }

  private synchronized boolean replace(int slot, @Nullable Made before, Made next) {
    if (!made.compareAndSet(slot, before, next)) {
      return false;
    }
    bytes -= before == null ? 0 : before.size;
    return true;
  }

  private byte[] make(int slot, Made wanted) {
    synchronized (wanted) {
      byte[] ready = wanted.frames;
      if (ready == null) {
        ready = encode(wanted.texts);
        wanted.frames = ready;
        keep(slot, wanted, ready.length);
      }
      return ready;
    }
  }

  /** Counts what was made, and drops other entries while all together take too much. */
  private synchronized void keep(int slot, Made kept, int length) {
    if (made.get(slot) != kept) {
      return; // something else is in its slot by now
    }
    kept.size = heapBytes(kept.texts, length);
    bytes += kept.size;
    for (int i = 1; i < SLOTS && bytes > maxBytes; i++) {
      int other = (slot + i) & (SLOTS - 1);
      Made gone = made.get(other);
      if (gone != null && gone.size > 0) {
        made.set(other, null);
        bytes -= gone.size;
      }
    }
  }

  /**
   * Returns the heap for frames and texts. The texts count too, since they may be kept only for
   * their frames: two bytes a character at most.
   */
  private static long heapBytes(List<String> texts, int length) {
    long bytes = OVERHEAD + length;
    for (String text : texts) {
      bytes += TEXT + 2L * text.length();
    }
    return bytes;
  }

  /** Returns a ping without content. */
  static ByteBuffer ping() {
    return ByteBuffer.wrap(new byte[] {FINAL_PING, 0});
  }

  private static byte[] encode(List<String> texts) {
    byte[][] payloads = new byte[texts.size()][];
    int size = 0;
    for (int i = 0; i < payloads.length; i++) {
      payloads[i] = texts.get(i).getBytes(StandardCharsets.UTF_8);
      size += headerBytes(payloads[i].length) + payloads[i].length;
    }
    ByteBuffer frames = ByteBuffer.allocate(size);
    for (byte[] payload : payloads) {
      header(frames, payload.length);
      frames.put(payload);
    }
    return frames.array();
  }

  private static int headerBytes(int length) {
    return length < IN_TWO_BYTES ? 2 : length < IN_EIGHT_BYTES ? 4 : 10;
  }

  private static void header(ByteBuffer frames, int length) {
    frames.put(FINAL_TEXT);
    if (length < IN_TWO_BYTES) {
      frames.put((byte) length);
    } else if (length < IN_EIGHT_BYTES) {
      frames.put((byte) IN_TWO_BYTES).putShort((short) length);
    } else {
      frames.put((byte) (IN_TWO_BYTES + 1)).putLong(length);
    }
  }
}
