package io.heartline.transport.websocket;

import io.heartline.transport.shared.Shared;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

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

  private final long maxBytes;
  private final Shared<byte[]> frames;

  /** @param maxBytes heap for the texts and frames that are kept to be shared */
  public Frames(long maxBytes) {
    this.maxBytes = maxBytes;
    frames = new Shared<>(maxBytes, Frames::encode, made -> made.length);
  }

  /** Returns how many characters a write may have and still be sure to be shared. */
  int longest() {
    return (int) Math.min(maxBytes / 4, Integer.MAX_VALUE / 4);
  }

  /** Returns how much heap everything kept here takes, in bytes. */
  public long bytes() {
    return frames.bytes();
  }

  /**
   * Returns each text as a frame, one after the other. An unpaired surrogate becomes a question
   * mark.
   *
   * @param texts at least one; must not be changed afterwards
   */
  ByteBuffer of(List<String> texts) {
    return ByteBuffer.wrap(frames.of(texts));
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
