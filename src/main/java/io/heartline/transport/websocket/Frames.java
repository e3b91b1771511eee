package io.heartline.transport.websocket;

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
  private static final int SLOTS = 16;

  /** What is longer is not kept: this is what 16 such may take. */
  private static final int KEPT_BYTES = 256 * 1024;

  /** By the first text; what comes later takes the place. */
  private final AtomicReferenceArray<@Nullable Made> made = new AtomicReferenceArray<>(SLOTS);

  private record Made(List<String> texts, byte[] frames) {}

  /**
   * Returns each text as a frame, one after the other. Half a character without its other half
   * becomes a question mark.
   *
   * @param texts at least one; not changed afterwards
   */
  ByteBuffer of(List<String> texts) {
    int slot = texts.get(0).hashCode() & (SLOTS - 1);
    Made found = made.get(slot);
    if (found == null || !found.texts.equals(texts)) {
      found = new Made(texts, encode(texts));
      if (found.frames.length <= KEPT_BYTES) {
        made.set(slot, found);
      }
    }
    return ByteBuffer.wrap(found.frames);
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
