package io.heartline.store.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the files within their room. When the log holds more than the windows do, a thread of its
 * own writes the windows into a checkpoint, and the files before it are deleted.
 */
final class Compaction {
  private static final Logger LOG = System.getLogger(Compaction.class.getName());

  /**
   * A checkpoint is due after this time however little is published, so that what is no longer
   * retained leaves the disk.
   */
  private static final Duration STALE = Duration.ofDays(1);

  private static final int LITTLE = 4096;

  /** How long after a failure to try again, even if nothing can be appended meanwhile. */
  private static final Duration RETRY = Duration.ofMinutes(1);

  private final Disk disk;
  private final Path directory;
  private final FileOptions options;
  private final ThreadFactory threads;

  /** Bytes of the segments that are complete, by number. */
  @GuardedBy("this")
  private final TreeMap<Long, Long> segments;

  /** Bytes of the checkpoint; 0 if there is none. */
  @GuardedBy("this")
  private long checkpoint;

  /** Not null while a checkpoint is being written. */
  @GuardedBy("this")
  private @Nullable Thread running;

  /** When the last successful checkpoint was begun; before the first, when the store was opened. */
  @GuardedBy("this")
  private long begunNanos;

  /** After a failed attempt: the bytes that the log must have before the next one. Otherwise 0. */
  @GuardedBy("this")
  private long notBefore;

  /** When the last attempt was made. */
  @GuardedBy("this")
  private long triedNanos;

  private volatile boolean stopped;

  /** @param segments bytes of the segments, by number, without the one that is being written */
  Compaction(
      Disk disk,
      Path directory,
      FileOptions options,
      ThreadFactory threads,
      TreeMap<Long, Long> segments,
      long checkpoint,
      long nowNanos) {
    begunNanos = nowNanos;
    triedNanos = nowNanos - RETRY.toNanos() - 1;
    this.disk = disk;
    this.directory = directory;
    this.options = options;
    this.threads = threads;
    this.segments = segments;
    this.checkpoint = checkpoint;
  }

  /** A segment is complete. */
  synchronized void completed(long number, long bytes) {
    segments.put(number, bytes);
  }

  /**
   * Returns whether it is time for a checkpoint.
   *
   * @param current bytes of the segment that is being written
   */
  synchronized boolean due(long current, long nowNanos) {
    long log = log() + current;
    boolean much = log >= Math.max(options.segment(), checkpoint);
    boolean tight = log + checkpoint > options.disk() / 2 && log > options.segment() / 4;
    boolean old = nowNanos - begunNanos > STALE.toNanos() && log > LITTLE;
    boolean later = nowNanos - triedNanos > RETRY.toNanos();
    boolean over = log + checkpoint > options.disk() && later; // the limit may have been higher
    return running == null && (log >= notBefore || later) && (much || tight || old || over);
  }

  /** Returns whether the segment that is being written should be followed by another one. */
  synchronized boolean segmentFull(long current) {
    return current >= options.segment() && log() + current >= notBefore;
  }

  /** Puts off the next attempt until some more was written, or some time has passed. */
  synchronized void postpone(long current, long nowNanos) {
    triedNanos = nowNanos;
    notBefore = log() + current + options.segment() / 8;
  }

  @GuardedBy("this")
  private long log() {
    return segments.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns whether all files together take more than their room. */
  synchronized boolean full(long current) {
    return log() + checkpoint + current > options.disk();
  }

  /** Begins a checkpoint. If this throws, none is under way. */
  synchronized void start(Checkpoint.Subject subject, long nowNanos) {
    triedNanos = nowNanos;
    Thread thread = threads.newThread(() -> run(subject, nowNanos));
    thread.start();
    running = thread; // only now: the start fails if no thread can be had
  }

  private void run(Checkpoint.Subject subject, long nowNanos) {
    long bytes = -1;
    try {
      bytes = new Checkpoint(disk, directory, subject, () -> stopped).write();
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "a checkpoint could not be written, older files stay for now: {0}",
          e.toString());
    } catch (RuntimeException | Error e) { // out of memory too: the store's thread may wait for us
      LOG.log(Level.ERROR, "a checkpoint failed, older files stay", e);
    } finally {
      done(subject.number(), bytes, nowNanos);
    }
  }

  private void done(long number, long bytes, long nowNanos) {
    synchronized (this) {
      if (bytes >= 0) {
        begunNanos = nowNanos;
        checkpoint = bytes;
        segments.headMap(number).clear();
      }
      notBefore = bytes >= 0 ? 0 : log() + options.segment() / 8;
    }
    try {
      if (bytes >= 0) {
        delete(number);
      }
    } finally {
      synchronized (this) {
        running = null;
        notifyAll();
      }
    }
  }

  /** Deletes the files before a checkpoint. */
  private void delete(long number) {
    try {
      for (String file : disk.list(directory)) {
        if (Names.isBefore(file, number)) {
          disk.delete(directory.resolve(file));
        }
      }
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "files that are no longer needed in {0} stay until the next start: {1}",
          directory,
          e.toString());
    }
  }

  /** Waits until no checkpoint is being written. Returns at once if none is. */
  synchronized void await() throws InterruptedException {
    while (running != null) {
      wait();
    }
  }

  /** Stops the checkpoint that is being written, if any, and waits for its end. */
  void stop() throws InterruptedException {
    stopped = true;
    Thread thread;
    synchronized (this) {
      thread = running;
    }
    if (thread != null) {
      thread.join();
    }
  }
}
