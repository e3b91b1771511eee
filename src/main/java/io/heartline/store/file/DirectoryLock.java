package io.heartline.store.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that only one store uses a directory, within this process and among processes.
 *
 * <p>On POSIX systems a process gives up its lock as soon as it closes any handle of the locked
 * file. So a second deployment in the same process must not even open the file. It learns from a
 * system property who holds the lock, since each deployment has classes of its own; the property
 * holds nothing but text.
 */
final class DirectoryLock {
  private static final String PROPERTY = "io.heartline.store.locked:";

  private final String property;
  private final FileChannel channel;
  private final FileLock lock;

  private DirectoryLock(String property, FileChannel channel, FileLock lock) {
    this.property = property;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Takes the lock.
   *
   * @param holder who takes it, for the message that the next one to try gets
   * @throws InUse if another store has it
   */
  static DirectoryLock take(Path directory, String holder) throws IOException {
    Path file = directory.toRealPath().resolve("lock");
    String property = PROPERTY + file;
    Object other = System.getProperties().putIfAbsent(property, holder);
    if (other != null) {
      throw new InUse(directory, "a deployment in this process, " + other);
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(
          file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        throw new InUse(directory, Files.readString(file).strip());
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap((holder + '\n').getBytes(UTF_8)));
      return new DirectoryLock(property, channel, lock);
    } catch (IOException | RuntimeException e) {
      try {
        if (channel != null) {
          channel.close(); // first: later, the close would give up the lock of the next holder
        }
      } finally {
        System.getProperties().remove(property);
      }
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) { // locked under another name of the same file
      return null;
    }
  }

  void release() throws IOException {
    try (channel) {
      lock.release();
    } finally {
      System.getProperties().remove(property);
    }
  }
}
