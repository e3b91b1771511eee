package io.heartline.store.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How a file begins.
 *
 * @param number the number of the file
 * @param sequence the sequence of its first frame
 * @param salt random; each frame of the file begins with it
 * @param life the life of the store, see {@link io.heartline.store.window.Epochs}
 */
record Header(long number, long sequence, long salt, String life) {
  /** How long it is, in bytes. */
  static final int LENGTH = 64;

  /** The sequence of a log's first frame, and of the first of each checkpoint. */
  static final long FIRST = 1;

  private static final long MAGIC = 0x48524c4e_4c4f4731L; // HRLNLOG1: the 1 is the format
  private static final int LIFE = 16;
  private static final int SUM = LENGTH - Integer.BYTES;

  /** Returns the header's bytes. */
  ByteBuffer bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
    bytes.putLong(MAGIC).putLong(number).putLong(sequence).putLong(salt);
    bytes.put(life.getBytes(US_ASCII));
    return bytes.putInt(SUM, sum(bytes)).rewind();
  }

  /** Reads the header from a file's first bytes; null if they are not an intact header. */
  static @Nullable Header read(ByteBuffer bytes) {
    if (bytes.remaining() < LENGTH
        || bytes.getInt(SUM) != sum(bytes)
        || bytes.getLong(0) != MAGIC) {
      return null;
    }
    byte[] life = new byte[LIFE];
    bytes.get(4 * Long.BYTES, life);
    return new Header(
        bytes.getLong(8),
        bytes.getLong(16),
        bytes.getLong(24),
        new String(life, US_ASCII).replace("\0", ""));
  }

  private static int sum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(0, SUM));
    return (int) crc.getValue();
  }
}
