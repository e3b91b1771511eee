package io.heartline.bootstrap.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder where one process unpacks Tomcat and the application. It is not among the temporary
 * files, where many systems delete what was not read for some days.
 *
 * <p>Beside each folder is its mark, a file that its process locks for life. A mark that nobody has
 * locked says that its process is gone. The next start deletes the folder, and then the mark. What
 * has no mark is never touched.
 */
final class WorkFolder {
  private static final String NAME = "heartline-";
  private static final String MARK = ".lock";
  private static final Duration POLL = Duration.ofMillis(100);

  private final Path folder;
  private final FileChannel mark;

  private WorkFolder(Path folder, FileChannel mark) {
    this.folder = folder;
    this.mark = mark;
  }

  /**
   * Makes a new folder inside another one, which is made if it is missing.
   *
   * @param parent nobody else may have files in it
   * @param patience how long to wait for another process that makes or deletes its folder there
   * @throws IOException if it cannot be made; the message says what to do
   */
  static WorkFolder make(Path parent, Duration patience) throws IOException {
    makeParent(parent);
    // Held by whoever makes or deletes folders here: a folder and its mark come and go together.
    Path lock = parent.resolve("lock");
    try (FileChannel all = open(lock, StandardOpenOption.CREATE);
        FileLock held = lock(all, lock, patience)) {
      deleteLeftovers(parent);
      Path file = Files.createTempFile(parent, NAME, MARK);
      FileChannel mark = open(file);
      mark.lock();
      return new WorkFolder(Files.createDirectory(folderOf(file)), mark);
    }
  }

  /** For this user only: whoever can write to it runs code, and whoever can lock it stops us. */
  private static void makeParent(Path parent) throws IOException {
    if (Files.isSymbolicLink(parent)) {
      throw new FileSystemException(
          parent.toString(), null, "is a symbolic link, and must be a directory of our own");
    }
    boolean posix = parent.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (posix && Files.notExists(parent)) {
      Files.createDirectories(
          parent,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(parent);
    }
  }

  private static FileChannel open(Path file, OpenOption... more) throws IOException {
    Set<OpenOption> options = new HashSet<>(List.of(more));
    options.addAll(List.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    return FileChannel.open(file, options);
  }

  private static FileLock lock(FileChannel channel, Path file, Duration patience)
      throws IOException {
    long began = System.nanoTime();
    while (true) {
      FileLock lock = tryLock(channel);
      if (lock != null) {
        return lock;
      }
      if (System.nanoTime() - began > patience.toNanos()) {
        throw new FileSystemException(
            file.toString(),
            null,
            "another process holds this lock; end that process, or set another heartline.data.dir");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) { // held by this process
      return null;
    }
  }

  private static void deleteLeftovers(Path parent) throws IOException {
    try (DirectoryStream<Path> marks = Files.newDirectoryStream(parent, NAME + '*' + MARK)) {
      for (Path file : marks) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          continue;
        }
        try (FileChannel mark = open(file);
            @Nullable FileLock lock = tryLock(mark)) {
          if (lock != null && delete(folderOf(file))) {
            Files.delete(file);
          }
        }
      }
    }
  }

  private static Path folderOf(Path mark) {
    String name = mark.getFileName().toString();
    return mark.resolveSibling(name.substring(0, name.length() - MARK.length()));
  }

  Path path() {
    return folder;
  }

  /**
   * Deletes it, whether all of it is still there or not. Its mark stays for the next start: a start
   * that is stopped while it unpacks may go on unpacking until the process has ended.
   */
  void delete() {
    delete(folder);
    try {
      mark.close();
    } catch (IOException e) {
      System.err.println("could not unlock the mark of " + folder + ": " + e);
    }
  }

  /** Returns whether it is gone. */
  private static boolean delete(Path folder) {
    if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    try (Stream<Path> files = Files.walk(folder)) { // does not follow links
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      System.err.println("could not delete " + folder + ": " + e);
    }
    return Files.notExists(folder, LinkOption.NOFOLLOW_LINKS);
  }
}
