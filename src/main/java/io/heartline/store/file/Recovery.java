package io.heartline.store.file;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an earlier run left: the newest checkpoint, then the segments from there on. Cuts off
 * a torn tail. Any other damage stops it, before it has changed anything.
 */
final class Recovery {
  private static final Logger LOG = System.getLogger(Recovery.class.getName());

  /**
   * What was found.
   *
   * @param segments the bytes of each segment, by number; the last one is continued
   * @param checkpoint bytes of the checkpoint; 0 if there is none
   * @param header the header of the last segment
   * @param sequence the sequence of the next frame
   * @param numbers how many channel numbers the last segment has given
   * @param clean whether the store was closed properly
   */
  record Found(
      TreeMap<Long, Long> segments,
      long checkpoint,
      Header header,
      long sequence,
      int numbers,
      boolean clean) {}

  private final Disk disk;
  private final Path directory;

  Recovery(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
  }

  /**
   * Returns the life of the store in the directory; null if there is no store, or only the
   * unfinished beginning of one.
   */
  @Nullable
  String life() throws IOException {
    List<String> files = disk.list(directory);
    Long checkpoint = last(Names.checkpoints(files));
    List<Long> segments = Names.segments(files);
    if (checkpoint == null && segments.isEmpty()) {
      return null;
    }
    Path first = directory.resolve(
        checkpoint != null ? Names.checkpoint(checkpoint) : Names.segment(segments.get(0)));
    try (Disk.File file = disk.open(first)) {
      Header header = new FrameReader(file).header();
      if (header != null) {
        return header.life();
      }
      if (checkpoint == null && segments.equals(List.of(1L)) && file.length() <= Header.LENGTH) {
        return null; // the very first start was interrupted
      }
      throw new Damage(first, 0, "its header is not what was written");
    }
  }

  /** Replays all files, then deletes those that are no longer needed. */
  Found replay(Replay to) throws IOException {
    List<String> files = disk.list(directory);
    Long checkpoint = last(Names.checkpoints(files));
    long from = checkpoint == null ? 1 : checkpoint;
    long checkpointBytes = checkpoint == null ? 0 : replayCheckpoint(checkpoint, to);
    List<Long> segments =
        Names.segments(files).stream().filter(number -> number >= from).toList();
    if (segments.isEmpty()) {
      throw new Damage(directory.resolve(Names.segment(from)), "is missing");
    }
    Found found = replaySegments(from, segments, checkpointBytes, to);
    force(found.header().number());
    deleteUnused(files, from);
    return found;
  }

  /**
   * Forces the last segment. A process that was killed may have written something without forcing
   * it: the operating system has it, the disk may not. From here on readers see it and its ids are
   * answered, even if nothing is written any more.
   */
  private void force(long last) throws IOException {
    try (Disk.File file = disk.open(directory.resolve(Names.segment(last)))) {
      file.force();
    }
    disk.forceDirectory(directory);
  }

  private long replayCheckpoint(long number, Replay to) throws IOException {
    Path path = directory.resolve(Names.checkpoint(number));
    try (Disk.File file = disk.open(path)) {
      FrameReader reader = new FrameReader(file);
      if (checked(path, reader.header(), number).sequence() != Header.FIRST) {
        throw new Damage(path, 0, "it is no checkpoint by its header");
      }
      frames(path, reader, to);
      if (!reader.atEnd() || !to.ended()) {
        throw new Damage(path, reader.at(), "the checksum is wrong, or the end is missing");
      }
      return file.length();
    }
  }

  private Found replaySegments(long from, List<Long> segments, long checkpoint, Replay to)
      throws IOException {
    TreeMap<Long, Long> lengths = new TreeMap<>();
    long expected = from;
    long sequence = -1;
    Header last = null;
    int numbers = 0;
    boolean clean = false;
    for (long number : segments) {
      Path path = directory.resolve(Names.segment(number));
      if (number != expected++) {
        throw new Damage(directory.resolve(Names.segment(expected - 1)), "is missing");
      }
      boolean isLast = number == segments.get(segments.size() - 1);
      try (Disk.File file = disk.open(path)) {
        FrameReader reader = new FrameReader(file);
        if (isLast && last != null && reader.header() == null && file.length() <= Header.LENGTH) {
          LOG.log(Level.WARNING, "{0} was unfinished when the server ended: deleted", path);
          disk.delete(path);
          break;
        }
        last = checked(path, reader.header(), number);
        if (number > 1 && last.sequence() == Header.FIRST) {
          throw new Damage(path, 0, "it is a checkpoint by its header");
        }
        if (sequence >= 0 && last.sequence() != sequence) {
          throw new Damage(
              path, 0, "it begins with frame " + last.sequence() + " instead of frame " + sequence);
        }
        frames(path, reader, to);
        if (!reader.atEnd()) {
          tail(path, file, reader, isLast);
        }
        sequence = reader.sequence();
        lengths.put(number, reader.at());
        numbers = to.numbers();
        clean = to.ended();
      }
    }
    if (last == null) {
      throw new Damage(directory.resolve(Names.segment(from)), "is missing");
    }
    return new Found(lengths, checkpoint, last, sequence, numbers, clean);
  }

  private static Header checked(Path path, @Nullable Header header, long number) throws Damage {
    if (header == null) {
      throw new Damage(path, 0, "its header is not what was written");
    }
    if (header.number() != number) {
      throw new Damage(path, 0, "it is number " + header.number() + " by its header");
    }
    return header;
  }

  private static void frames(Path path, FrameReader reader, Replay to) throws IOException {
    to.nextFile();
    long at = reader.at();
    for (ByteBuffer entries = reader.next(); entries != null; entries = reader.next()) {
      try {
        EntryReader.read(entries, to);
      } catch (IllegalArgumentException e) {
        throw new Damage(path, at, String.valueOf(e.getMessage()));
      }
      at = reader.at();
    }
  }

  /** Decides about what cannot be read: cuts off the torn tail of a crash; all else is damage. */
  private static void tail(Path path, Disk.File file, FrameReader reader, boolean isLast)
      throws IOException {
    long at = reader.at();
    if (!isLast || reader.moreFollows(path)) {
      throw new Damage(path, at, "the checksum is wrong, and good data follows");
    }
    LOG.log(
        Level.WARNING,
        "{0}: the last {1} bytes, from byte {2} on, were not completely written when the server"
            + " ended: cut off. No publisher was told that they were taken",
        path,
        String.valueOf(file.length() - at),
        String.valueOf(at));
    file.truncate(at);
    file.force();
  }

  /** Deletes files older than the newest checkpoint, and unfinished ones. */
  private void deleteUnused(List<String> files, long from) throws IOException {
    for (String file : files) {
      if (file.endsWith(Names.UNFINISHED) || Names.isBefore(file, from)) {
        disk.delete(directory.resolve(file));
      }
    }
  }

  private static @Nullable Long last(List<Long> numbers) {
    return numbers.isEmpty() ? null : numbers.get(numbers.size() - 1);
  }
}
