package io.heartline.store.file;

/**
 * How much room the store takes on the disk.
 *
 * @param segment a segment is followed by another one when it has so many bytes
 * @param disk bytes in all files together; of what windows may hold, several times as much is
 *     needed, since it is rewritten now and then
 */
public record FileOptions(long segment, long disk) {
  /** How often what windows hold must fit into {@link #disk}. */
  public static final int ROOM = 16;
}
