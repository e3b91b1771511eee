package io.heartline.store.blocks;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Blocks;
import io.heartline.engine.Store;
import io.heartline.model.Block;
import io.heartline.model.Identity;
import io.heartline.model.TimeSource;
import io.heartline.model.User;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The blocks of one node: in memory, where lines ask, and in a file for the time after a restart.
 * One write of the file serves all changes that came before it.
 */
public final class FileBlocks implements Blocks {
  private static final Logger LOG = System.getLogger(FileBlocks.class.getName());

  private final BlockFile file;
  private final int most;
  private final TimeSource time;
  private final Executor writer;

  /** Also has blocks that are over, until the next change. */
  @GuardedBy("this")
  private final Map<Whom, Block> blocks;

  /** How many changes there were. */
  @GuardedBy("this")
  private long changes;

  /** Held while the file is written. */
  private final Object writing = new Object();

  /** The last change that is in the file. */
  @GuardedBy("writing")
  private long written;

  private FileBlocks(
      BlockFile file, Map<Whom, Block> blocks, int most, TimeSource time, Executor writer) {
    this.file = file;
    this.blocks = new HashMap<>(blocks);
    this.most = most;
    this.time = time;
    this.writer = writer;
  }

  /**
   * Reads the file, which need not be there yet.
   *
   * @param most blocks at a time
   * @param writer runs what may wait for the disk
   * @throws IOException if the file cannot be read; the message names it and says what to do
   */
  public static FileBlocks open(Path file, int most, TimeSource time, Executor writer)
      throws IOException {
    BlockFile blocks = new BlockFile(file);
    return new FileBlocks(
        blocks, Files.exists(file) ? blocks.read() : Map.of(), most, time, writer);
  }

  @Override
  public CompletionStage<Optional<Block>> of(Identity identity) {
    User user = identity.user();
    String token = identity.tokenId();
    Optional<Block> found = Optional.empty();
    synchronized (this) {
      if (user != null) {
        found = find(new Whom.OneUser(user));
      }
      if (found.isEmpty() && token != null) {
        found = find(new Whom.Token(token));
      }
    }
    return CompletableFuture.completedFuture(found);
  }

  @Override
  public synchronized CompletionStage<Optional<Block>> of(Whom whom) {
    return CompletableFuture.completedFuture(find(whom));
  }

  @GuardedBy("this")
  private Optional<Block> find(Whom whom) {
    return Optional.ofNullable(blocks.get(whom)).filter(block -> block.holds(now()));
  }

  private long now() {
    return time.epochMicros() / 1000;
  }

  @Override
  public CompletionStage<Void> block(Whom whom, Block block) {
    long change;
    synchronized (this) {
      forgetOld();
      if (blocks.size() >= most && !blocks.containsKey(whom)) {
        return CompletableFuture.failedFuture(new Store.Unavailable(
            "does not hold: all " + most + " blocks of heartline.blocks are in use"));
      }
      blocks.put(whom, block);
      change = ++changes;
    }
    return kept(change, "holds until the next restart only");
  }

  @Override
  public CompletionStage<Boolean> lift(Whom whom) {
    boolean was;
    long change;
    synchronized (this) {
      forgetOld();
      was = blocks.remove(whom) != null;
      change = was ? ++changes : 0;
    }
    return was
        ? kept(change, "is lifted until the next restart only").thenApply(done -> true)
        : CompletableFuture.completedFuture(false);
  }

  @GuardedBy("this")
  private void forgetOld() {
    long now = now();
    blocks.values().removeIf(block -> !block.holds(now));
  }

  /** @param otherwise what holds if the file cannot be written */
  private CompletionStage<Void> kept(long change, String otherwise) {
    try {
      return CompletableFuture.runAsync(() -> write(change, otherwise), writer);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          new Store.Unavailable(otherwise + ": the server stops"));
    }
  }

  private void write(long change, String otherwise) {
    synchronized (writing) {
      if (written >= change) {
        return;
      }
      long last;
      Map<Whom, Block> all;
      synchronized (this) {
        last = changes;
        all = new HashMap<>(blocks);
      }
      try {
        file.write(all);
        written = last;
      } catch (IOException e) {
        LOG.log(Level.ERROR, "{0} cannot be written: {1}", file, e);
        throw new CompletionException(
            new Store.Unavailable(otherwise + ": its file cannot be written, see the log"));
      }
    }
  }
}
