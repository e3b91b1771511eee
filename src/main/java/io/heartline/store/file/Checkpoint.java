package io.heartline.store.file;

import io.heartline.model.Publication;
import io.heartline.store.window.Epochs;
import io.heartline.store.window.Ids;
import io.heartline.store.window.Window;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Writes what the windows hold into one file, while publications go on. A channel is written as it
 * is when its turn comes; what the segments repeat is skipped when they are replayed.
 */
final class Checkpoint {
  private static final int FRAME = 1 << 20;

  /** The most bytes forced at a time: a larger force would hold up the log's own for long. */
  private static final int UNFORCED = 8 << 20;

  /**
   * What is written, as it was when its segment began.
   *
   * @param number the first segment to be replayed after the checkpoint
   */
  record Subject(long number, Epochs epochs, List<Window> windows, List<Ids.Taken> ids) {}

  private final Disk disk;
  private final Path directory;
  private final Subject subject;
  private final BooleanSupplier stop;
  private final EntryWriter entries = new EntryWriter(FRAME + FRAME / 4);

  private long sequence = Header.FIRST;
  private long length;
  private long unforced;

  /** @param stop says whether the checkpoint is no longer wanted */
  Checkpoint(Disk disk, Path directory, Subject subject, BooleanSupplier stop) {
    this.disk = disk;
    this.directory = directory;
    this.subject = subject;
    this.stop = stop;
  }

  /** Returns its length in bytes; -1 if it was stopped, then there is no checkpoint. */
  long write() throws IOException {
    String name = Names.checkpoint(subject.number());
    Path unfinished = directory.resolve(name + Names.UNFINISHED);
    try {
      if (!write(unfinished)) {
        disk.delete(unfinished);
        return -1;
      }
      disk.rename(unfinished, directory.resolve(name));
      disk.forceDirectory(directory);
      return length;
    } catch (IOException e) {
      disk.delete(unfinished); // frees its room
      throw e;
    }
  }

  private boolean write(Path path) throws IOException {
    try (Disk.File file = disk.create(path)) {
      long salt = new SecureRandom().nextLong();
      Header header =
          new Header(subject.number(), sequence, salt, subject.epochs().life());
      file.append(header.bytes());
      length = Header.LENGTH;
      entries.generation(subject.epochs().generation());
      for (Ids.Taken id : subject.ids()) {
        entries.id(id);
        flushIfFull(file, salt);
      }
      int number = 0;
      for (Window window : subject.windows()) {
        if (stop.getAsBoolean()) {
          return false;
        }
        write(window, number++, file, salt);
      }
      entries.end();
      flush(file, salt);
      file.force();
      return true;
    }
  }

  private void write(Window window, int number, Disk.File file, long salt) throws IOException {
    Window.Content content = window.content();
    entries.channel(number, window.name().text(), content.base());
    flushIfFull(file, salt);
    for (Publication publication : content.publications()) {
      entries.publication(
          number,
          publication.offset(),
          publication.position().tag(),
          publication.id(),
          publication.data());
      flushIfFull(file, salt);
    }
  }

  private void flushIfFull(Disk.File file, long salt) throws IOException {
    if (entries.length() >= FRAME) {
      flush(file, salt);
    }
  }

  private void flush(Disk.File file, long salt) throws IOException {
    ByteBuffer frame = entries.frame();
    Frame.seal(frame, salt, sequence++);
    length += frame.remaining();
    unforced += frame.remaining();
    file.append(frame);
    entries.clear();
    if (unforced >= UNFORCED) {
      file.force();
      unforced = 0;
    }
  }
}
