package io.heartline.store.file;

/**
 * How much room the store takes on the disk.
 *
 * @param segment bytes after which a segment is full and the next one begins
 * @param disk the most bytes in all files together. Must be several times what the windows may
 *     hold, since that is rewritten now and then
 */
public record FileOptions(long segment, long disk) {
  /** {@link #disk} must be at least this many times what the windows may hold. */
  public static final int ROOM = 16;
}
