package io.heartline.store.file;

import io.heartline.model.TimeSource;
import io.heartline.store.window.Bounds;
import io.heartline.store.window.Epochs;
import io.heartline.store.window.Windows;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Opens a store in a directory. */
public final class Opening {
  private static final Logger LOG = System.getLogger(Opening.class.getName());

  /**
   * By how much the generation rises after a crash: channels may have been forgotten before the log
   * was told.
   */
  private static final long UNTOLD = 1 << 20;

  /** Publications that wait for the disk may take a fourth of the memory of all, in addition. */
  private static final int WAITING = 4;

  private static final long LEAST_WAITING = 1 << 20;

  private final Disk disk;
  private final Path directory;
  private final FileOptions options;
  private final Bounds bounds;
  private final TimeSource time;
  private final ThreadFactory threads;

  /**
   * Prepares to open.
   *
   * @param directory created if it is missing; nobody else may have files in it
   * @param bounds how much of the channels is kept in memory, where lines read
   * @param threads makes the store's thread, and now and then one that writes a checkpoint
   */
  public Opening(
      Path directory, FileOptions options, Bounds bounds, TimeSource time, ThreadFactory threads) {
    this(new RealDisk(), directory, options, bounds, time, threads);
  }

  Opening(
      Disk disk,
      Path directory,
      FileOptions options,
      Bounds bounds,
      TimeSource time,
      ThreadFactory threads) {
    this.disk = disk;
    this.directory = directory;
    this.options = options;
    this.bounds = bounds;
    this.time = time;
    this.threads = threads;
  }

  /** Creates the directory for this user only: nobody else on this machine may read messages. */
  private void make() throws IOException {
    boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (posix && Files.notExists(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(directory);
    }
  }

  /**
   * Opens the store, with everything in it.
   *
   * @param life the life of the store if it is new: 1 to 16 of {@code a-z 0-9}, never the same
   *     twice
   * @throws InUse if another store is open there
   * @throws TooLarge if the heap cannot hold it
   * @throws Damage if its files do not hold what was written
   * @throws IOException if the directory cannot be used
   */
  public FileStore open(String life) throws IOException {
    make();
    String holder = "process " + ProcessHandle.current().pid() + " since "
        + Instant.ofEpochMilli(time.epochMicros() / 1000);
    DirectoryLock lock = DirectoryLock.take(directory, holder);
    try {
      FileStore store = read(lock, life);
      store.start();
      return store;
    } catch (IOException | RuntimeException | Error e) {
      lock.release();
      throw e;
    }
  }

  private FileStore read(DirectoryLock lock, String life) throws IOException {
    try {
      return open(lock, life);
    } catch (OutOfMemoryError e) { // not from starting a thread, which may say the same
      throw new TooLarge(directory, bounds.bytes());
    }
  }

  private FileStore open(DirectoryLock lock, String life) throws IOException {
    Recovery recovery = new Recovery(disk, directory);
    String present = recovery.life();
    Windows windows = new Windows(bounds, time, new Epochs(present == null ? life : present));
    Recovery.@Nullable Found found = present == null ? null : recover(recovery, windows);
    Journal journal = found == null
        ? Journal.create(disk, directory, life)
        : new Journal(
            disk,
            directory,
            found.header(),
            found.segments().lastEntry().getValue(),
            found.sequence());
    TreeMap<Long, Long> complete = found == null ? new TreeMap<>() : found.segments();
    complete.remove(journal.number());
    long checkpoint = found == null ? 0 : found.checkpoint();
    Committer committer = new Committer(
        windows,
        time,
        journal,
        new ChannelNumbers(found == null ? 0 : found.numbers()),
        new Compaction(disk, directory, options, threads, complete, checkpoint, time.nanos()));
    return new FileStore(
        windows, committer, lock, threads, Math.max(LEAST_WAITING, bounds.bytes() / WAITING));
  }

  private Recovery.Found recover(Recovery recovery, Windows windows) throws IOException {
    long began = time.nanos();
    Replay replay = new Replay(windows, time.epochMicros());
    Recovery.Found found = recovery.replay(replay);
    windows.restored();
    Epochs epochs = windows.epochs();
    if (!found.clean() && epochs.generation() > 0) {
      windows.epochs(epochs.atLeast(epochs.generation() + UNTOLD));
    }
    windows.sweep();
    LOG.log(
        Level.INFO,
        "{0}: {1} publications read, {2} channels, {3} ms{4}",
        directory,
        String.valueOf(replay.publications()),
        String.valueOf(windows.names()),
        String.valueOf((time.nanos() - began) / 1_000_000),
        found.clean() ? "" : "; the server was not stopped properly before");
    return found;
  }
}
