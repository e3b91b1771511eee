package io.heartline.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.SecureRandom;

/** The segment that is being written. Used by one thread only. */
final class Journal {
  /** Bytes could not be forced to the disk: nobody knows any more what the disk holds. */
  static final class Unforced extends IOException {
    private static final long serialVersionUID = 1L;

    private final String why;

    Unforced(Path path, IOException cause) {
      super(message(path, cause), cause);
      why = message(path.getFileName(), cause);
    }

    private static String message(Path file, IOException cause) {
      return "could not force " + file + " to the disk: " + reason(cause);
    }

    /** Returns what may be told to anybody: it does not say where the files are. */
    String why() {
      return why;
    }

    /** Returns the same with the whole path. */
    String whyAndWhere() {
      return String.valueOf(getMessage());
    }
  }

  /** Bytes written at a time where it is tried whether there is room. */
  private static final int PART = 64 * 1024;

  private final Disk disk;
  private final Path directory;
  private final String life;

  private Path path;
  private Disk.File file;
  private Header header;

  /** Where the last good frame ends. */
  private long length;

  /** The sequence of the next frame. */
  private long sequence;

  /** A write failed, so there may be something after the last good frame. */
  private boolean torn;

  /**
   * Continues a segment.
   *
   * @param length where its last good frame ends, in bytes
   * @param sequence the sequence of its next frame
   */
  Journal(Disk disk, Path directory, Header header, long length, long sequence) throws IOException {
    this.disk = disk;
    this.directory = directory;
    this.header = header;
    this.length = length;
    this.sequence = sequence;
    life = header.life();
    path = directory.resolve(Names.segment(header.number()));
    file = disk.open(path);
  }

  /** Begins a new log. */
  static Journal create(Disk disk, Path directory, String life) throws IOException {
    Header header = new Header(1, Header.FIRST, new SecureRandom().nextLong(), life);
    make(disk, directory, header).close();
    return new Journal(disk, directory, header, Header.LENGTH, header.sequence());
  }

  private static Disk.File make(Disk disk, Path directory, Header header) throws IOException {
    Path path = directory.resolve(Names.segment(header.number()));
    Disk.File made = disk.create(path);
    try {
      made.append(header.bytes());
    } catch (IOException e) {
      made.close();
      disk.delete(path);
      throw e;
    }
    try {
      made.force();
      disk.forceDirectory(directory);
    } catch (IOException e) {
      made.close();
      throw new Unforced(path, e);
    }
    return made;
  }

  /** Returns the number of the segment that is being written. */
  long number() {
    return header.number();
  }

  /** Returns how long it is, in bytes. */
  long length() {
    return length;
  }

  /**
   * Appends a frame and forces it to the disk.
   *
   * @param frame its head is filled in here
   * @throws Unforced if it may not have reached the disk; nothing may be appended any more
   * @throws IOException if the disk did not take it; the next frame may be taken again
   */
  void append(ByteBuffer frame) throws IOException {
    cut();
    Frame.seal(frame, header.salt(), sequence);
    int bytes = frame.remaining();
    torn = true;
    try {
      file.append(frame);
    } catch (IOException e) {
      tryToCut(e);
      throw e;
    }
    try {
      force();
    } catch (Unforced e) {
      tryToCut(e); // its publishers are refused, so the next start must not find and show it
      throw e;
    }
    torn = false;
    length += bytes;
    sequence++;
  }

  /**
   * Tries whether the disk takes so many bytes, and takes them back. Nothing is forced, so it costs
   * no more than memory; a full disk says so at the write. What a crash leaves of it is a torn
   * tail.
   *
   * @throws IOException if they do not fit
   */
  void tryRoom(long bytes) throws IOException {
    cut();
    ByteBuffer part = ByteBuffer.allocate((int) Math.min(PART, bytes));
    torn = true;
    try {
      for (long left = bytes; left > 0; left -= part.limit()) {
        file.append(part.clear().limit((int) Math.min(part.capacity(), left)));
      }
    } catch (IOException e) {
      tryToCut(e);
      throw e;
    }
    cut();
  }

  /** Returns why something failed, without the path that the system may have put before it. */
  static String reason(IOException e) {
    if (e instanceof FileSystemException at) {
      return at.getReason() == null ? at.getClass().getSimpleName() : at.getReason();
    }
    return String.valueOf(e.getMessage());
  }

  private void force() throws Unforced {
    try {
      file.force();
    } catch (IOException e) {
      throw new Unforced(path, e);
    }
  }

  /** Cuts off at once what was refused. If that fails, the next append does it first. */
  private void tryToCut(IOException because) {
    try {
      cut();
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  private void cut() throws IOException {
    if (torn) {
      file.truncate(length);
      torn = false;
    }
  }

  /**
   * Continues with a new segment.
   *
   * @throws Unforced if nothing may be appended any more
   * @throws IOException if the new one could not be made; the old one stays in use
   */
  void roll() throws IOException {
    cut();
    force(); // the cut too: nothing may follow the last frame once there is a next segment
    Header next = new Header(header.number() + 1, sequence, new SecureRandom().nextLong(), life);
    Disk.File made = make(disk, directory, next);
    Disk.File old = file;
    file = made;
    header = next;
    path = directory.resolve(Names.segment(next.number()));
    length = Header.LENGTH;
    old.close();
  }

  /** Closes the segment. */
  void close() throws IOException {
    file.close();
  }
}
