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
 * Keeps the files within their room: when the log holds more than the windows do, they are written
 * into a checkpoint, by a thread of its own, and what stands before it is deleted.
 */
final class Compaction {
  private static final Logger LOG = System.getLogger(Compaction.class.getName());

  /** What is no longer retained leaves the disk after so long, however little is published. */
  private static final Duration STALE = Duration.ofDays(1);

  private static final int LITTLE = 4096;

  /** What failed is tried again after so long, also where nothing can be appended meanwhile. */
  private static final Duration RETRY = Duration.ofMinutes(1);

  private final Disk disk;
  private final Path directory;
  private final FileOptions options;
  private final ThreadFactory threads;

  /** Bytes of the segments that are complete, by number. */
  @GuardedBy("this")
  private final TreeMap<Long, Long> segments;

  /** Bytes; 0 if there is none. */
  @GuardedBy("this")
  private long checkpoint;

  /** Not null while a checkpoint is being written. */
  @GuardedBy("this")
  private @Nullable Thread running;

  /** When the last one that was written was begun, or this one opened. */
  @GuardedBy("this")
  private long begunNanos;

  /** Bytes that the log must have before the next attempt, after one has failed; else 0. */
  @GuardedBy("this")
  private long notBefore;

  /** When the last attempt was made. */
  @GuardedBy("this")
  private long triedNanos;

  private volatile boolean stopped;

  /** @param segments of the log without the one that is being written */
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
    boolean over = log + checkpoint > options.disk() && later; // it may have been more before
    return running == null && (log >= notBefore || later) && (much || tight || old || over);
  }

  /** Returns whether the segment that is being written should be followed by another one. */
  synchronized boolean segmentFull(long current) {
    return current >= options.segment() && log() + current >= notBefore;
  }

  /** Puts off the next segment until some more was written, or some time has passed. */
  synchronized void postpone(long current, long nowNanos) {
    triedNanos = nowNanos;
    notBefore = log() + current + options.segment() / 8;
  }

  @GuardedBy("this")
  private long log() {
    return segments.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns whether all files together have reached their room. */
  synchronized boolean full(long current) {
    return log() + checkpoint + current > options.disk();
  }

  /** Begins a checkpoint; where that fails, none is under way. */
  synchronized void start(Checkpoint.Subject subject, long nowNanos) {
    triedNanos = nowNanos;
    Thread thread = threads.newThread(() -> run(subject, nowNanos));
    thread.start();
    running = thread; // only now: there may be no thread to be had
  }

  private void run(Checkpoint.Subject subject, long nowNanos) {
    long bytes = -1;
    try {
      bytes = new Checkpoint(disk, directory, subject, () -> stopped).write();
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "no checkpoint could be written, older files stay for now: {0}",
          e.toString());
    } catch (RuntimeException | Error e) { // also when memory is short: the writer may wait for us
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

  /** Deletes what stands before a checkpoint. */
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
          "what is no longer needed in {0} stays until the next start: {1}",
          directory,
          e.toString());
    }
  }

  /** Waits until no checkpoint is being written; at once if none is. */
  synchronized void await() throws InterruptedException {
    while (running != null) {
      wait();
    }
  }

  /** Gives up the checkpoint that is being written, and waits for its end. */
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
