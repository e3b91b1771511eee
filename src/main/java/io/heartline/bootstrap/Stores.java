package io.heartline.bootstrap;

import io.heartline.bootstrap.settings.RedisSettings;
import io.heartline.bootstrap.settings.StoreSettings;
import io.heartline.engine.Blocks;
import io.heartline.engine.Store;
import io.heartline.log.RetentionRules;
import io.heartline.model.TimeSource;
import io.heartline.store.blocks.FileBlocks;
import io.heartline.store.file.FileOptions;
import io.heartline.store.file.InUse;
import io.heartline.store.file.Opening;
import io.heartline.store.memory.MemoryStore;
import io.heartline.store.window.Bounds;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/** Opens the store that the settings name. */
final class Stores {
  private static final Logger LOG = System.getLogger(Stores.class.getName());

  private static final String FOLDER = "store";
  private static final int SEGMENT = 64 << 20;

  /**
   * How long to wait for another deployment to release the store: one that is being replaced closes
   * its lines first.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration POLL = Duration.ofMillis(200);

  private Stores() {}

  /**
   * @param retention how much of each channel is kept
   * @throws IOException if it cannot be opened; the message says what to do
   */
  static Store open(
      StoreSettings settings,
      RetentionRules retention,
      Path data,
      TimeSource time,
      ThreadFactory threads)
      throws IOException {
    boolean file = settings.kind().equals("file");
    long memory =
        file ? Math.min(settings.memory(), settings.disk() / FileOptions.ROOM) : settings.memory();
    Bounds bounds = bounds(settings, retention, memory);
    if (!file) {
      return new MemoryStore(bounds, time, newLife());
    }
    FileOptions options = new FileOptions(Math.min(SEGMENT, settings.disk() / 8), settings.disk());
    return open(new Opening(data.resolve(FOLDER), options, bounds, time, threads), time);
  }

  /**
   * Returns what several nodes share, not started yet.
   *
   * @param retention how much of each channel is kept
   */
  static SharedRedis share(
      RedisSettings redis,
      StoreSettings settings,
      RetentionRules retention,
      TimeSource time,
      ThreadFactory threads) {
    Bounds bounds = bounds(settings, retention, redis.memory());
    return new SharedRedis(
        redis, bounds, settings.memory(), newLife(), settings.blocks(), time, threads);
  }

  private static Bounds bounds(StoreSettings settings, RetentionRules retention, long bytes) {
    return new Bounds(
        retention,
        bytes,
        settings.channels(),
        new Bounds.IdBounds(settings.idAge(), settings.ids()));
  }

  /**
   * Opens what says who is kept out. Comes after the store, which only one deployment has open.
   *
   * @param writer runs what may wait for the disk
   * @throws IOException if it cannot be opened; the message says what to do
   */
  static Blocks blocks(StoreSettings settings, Path data, TimeSource time, Executor writer)
      throws IOException {
    return FileBlocks.open(data.resolve("blocks"), settings.blocks(), time, writer);
  }

  private static Store open(Opening opening, TimeSource time) throws IOException {
    long began = time.nanos();
    boolean told = false;
    while (true) {
      try {
        return opening.open(newLife());
      } catch (InUse e) {
        if (time.nanos() - began > PATIENCE.toNanos() || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        if (!told) {
          told = true;
          LOG.log(Level.INFO, "{0}; waiting for it to stop", e.getMessage());
        }
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
  }

  /** Returns a random life: positions of one store must never be mistaken for another's. */
  private static String newLife() {
    return Long.toString(new SecureRandom().nextLong() >>> 1, 36);
  }
}
