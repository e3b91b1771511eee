package io.heartline.bootstrap.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder where one process unpacks Tomcat and the application. It is not among the temporary
 * files, where many systems delete what was not read for some days.
 *
 * <p>Beside each folder is a file that its process locks for life. A folder whose file is not
 * locked was left behind by a process that was killed. The next start deletes it.
 */
final class WorkFolder {
  private static final String SUFFIX = ".lock";

  private final Path folder;
  private final Path file;
  private final FileChannel lock;

  private WorkFolder(Path folder, Path file, FileChannel lock) {
    this.folder = folder;
    this.file = file;
    this.lock = lock;
  }

  /** Makes a new folder inside another one, which is made if it is missing. */
  static WorkFolder make(Path parent) throws IOException {
    Files.createDirectories(parent);
    // Held by whoever makes or deletes folders here: a folder and its lock come and go together.
    try (FileChannel all = open(parent.resolve("lock"));
        FileLock held = all.lock()) {
      deleteLeftovers(parent);
      Path folder = Files.createTempDirectory(parent, "");
      Path file = parent.resolve(folder.getFileName() + SUFFIX);
      FileChannel lock = open(file);
      lock.lock();
      return new WorkFolder(folder, file, lock);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static void deleteLeftovers(Path parent) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, Files::isDirectory)) {
      for (Path folder : folders) {
        Path file = parent.resolve(folder.getFileName() + SUFFIX);
        try (FileChannel channel = open(file);
            @Nullable FileLock lock = channel.tryLock()) {
          if (lock != null) {
            delete(folder);
            Files.deleteIfExists(file);
          }
        }
      }
    }
  }

  Path path() {
    return folder;
  }

  /** Deletes it, whether all of it is still there or not. */
  void delete() {
    delete(folder);
    try {
      lock.close();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      System.err.println("could not delete " + file + ": " + e);
    }
  }

  private static void delete(Path folder) {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      System.err.println("could not delete " + folder + ": " + e);
    }
  }
}
