package io.heartline.store.file;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One group commit as it is on the disk: {@code salt u64, sequence u64, length u32, crc32c u32},
 * then {@code length} bytes of entries. The checksum covers the sequence, the length and the
 * entries.
 */
final class Frame {
  /** The length of its head, in bytes. */
  static final int HEAD = 24;

  private Frame() {}

  /**
   * Fills in the head of a frame.
   *
   * @param frame the whole frame, head included; its first {@link #HEAD} bytes are written
   */
  static void seal(ByteBuffer frame, long salt, long sequence) {
    int start = frame.position();
    frame.putLong(start, salt);
    frame.putLong(start + 8, sequence);
    frame.putInt(start + 16, frame.remaining() - HEAD);
    frame.putInt(start + 20, sum(frame));
  }

  static long salt(ByteBuffer frame) {
    return frame.getLong(frame.position());
  }

  static long sequence(ByteBuffer frame) {
    return frame.getLong(frame.position() + 8);
  }

  /** Returns how many bytes of entries the frame claims to have; may be nonsense. */
  static int length(ByteBuffer frame) {
    return frame.getInt(frame.position() + 16);
  }

  /** Returns whether a whole frame still is what {@link #seal} made of it. */
  static boolean intact(ByteBuffer frame) {
    return frame.getInt(frame.position() + 20) == sum(frame);
  }

  private static int sum(ByteBuffer frame) {
    CRC32C crc = new CRC32C();
    crc.update(frame.slice(frame.position() + 8, 12));
    crc.update(frame.slice(frame.position() + HEAD, frame.remaining() - HEAD));
    return (int) crc.getValue();
  }
}
