package io.heartline.transport.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames of a server (RFC 6455, 5.2) out of texts: final, not masked, not compressed. Lines
 * that write the same texts soon after each other share them. Thread-safe.
 */
public final class Frames {
  private static final byte FINAL_TEXT = (byte) 0x81;
  private static final byte FINAL_PING = (byte) 0x89;

  /** Lengths from here on follow in two bytes, or in eight. */
  private static final int IN_TWO_BYTES = 126;

  private static final int IN_EIGHT_BYTES = 1 << 16;

  /** Channels, and doors that write them each in its way, among which writers go to and fro. */
  private static final int SLOTS = 64;

  /** What the objects around the texts and the frames take in the heap, in bytes. */
  private static final int OVERHEAD = 128;

  /** What a text takes in the heap beside its characters. */
  private static final int TEXT = 56;

  private final long maxBytes;

  /** By the first text; what comes later takes the place. */
  private final AtomicReferenceArray<@Nullable Made> made = new AtomicReferenceArray<>(SLOTS);

  /** What all that is in {@link #made} takes. */
  @GuardedBy("this")
  private long bytes;

  /** Texts and their frames, which the first line that needs them makes while others wait. */
  private static final class Made {
    final List<String> texts;

    /** Null until they are made. */
    volatile byte @Nullable [] frames;

    /** Counted in {@link Frames#bytes}; guarded by the frames. */
    long size;

    Made(List<String> texts) {
      this.texts = texts;
    }
  }

  /** @param maxBytes of the heap, in texts and frames that are kept to be shared */
  public Frames(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Returns how many characters a write may have to be sure to be shared. */
  int longest() {
    return (int) Math.min(maxBytes / 4, Integer.MAX_VALUE / 4);
  }

  /** Returns what all that is kept takes in the heap, in bytes. */
  public synchronized long bytes() {
    return bytes;
  }

  /**
   * Returns each text as a frame, one after the other. Half a character without its other half
   * becomes a question mark.
   *
   * @param texts at least one; not changed afterwards
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

  /** Counts what was made; others go where all together would be too much. */
  private synchronized void keep(int slot, Made kept, int length) {
    if (made.get(slot) != kept) {
      return; // something else has its place by now
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

  /** Of the texts too, which may be kept for their frames alone: two bytes a character at most. */
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
