package io.heartline.store.file;

import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.store.requests.Request;
import io.heartline.store.requests.Requests;
import io.heartline.store.window.Windows;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps channels on this machine's disk: a publication that was answered survives a crash of the
 * process or the machine. Lines read from memory. One thread writes; all calls that come while it
 * forces the disk share the next force.
 */
public final class FileStore implements Store {
  private static final Logger LOG = System.getLogger(FileStore.class.getName());

  /** How long the stop waits for the disk. */
  private static final Duration CLOSE = Duration.ofSeconds(10);

  /** The most calls that are committed together. */
  private static final int GROUP = 4096;

  private final Windows windows;
  private final Committer committer;
  private final DirectoryLock lock;
  private final Thread writer;

  private final Requests waiting;

  /**
   * What was taken out of {@link #waiting} and not answered yet. Used by the store's thread only.
   */
  private final List<Request> taken = new ArrayList<>();

  private volatile Consumer<ChannelName> committed = name -> {};
  private volatile boolean closing;

  /** The store's thread looks at no more requests. */
  private volatile boolean ended;

  /**
   * @param maxWaitingBytes bytes of the heap that calls may take while they wait for the disk; one
   *     more call may exceed it
   */
  FileStore(
      Windows windows,
      Committer committer,
      DirectoryLock lock,
      ThreadFactory threads,
      long maxWaitingBytes) {
    waiting = new Requests(maxWaitingBytes);
    this.windows = windows;
    this.committer = committer;
    this.lock = lock;
    windows.onForget(window -> {
      committer.forgotten(window);
      waiting.nudge();
    });
    writer = threads.newThread(this::write);
  }

  void start() {
    writer.start();
  }

  @Override
  public void watch(Consumer<ChannelName> committed) {
    this.committed = committed;
  }

  @Override
  public CompletionStage<List<Position>> append(List<Draft> drafts) {
    Request request = new Request(drafts);
    String refusal = refusal(request);
    if (refusal != null) {
      return CompletableFuture.failedFuture(new Unavailable(refusal));
    }
    if (ended) { // the store's thread may have missed this request
      refuseWaiting();
    }
    return request.answer();
  }

  /** Queues a request. Returns why it cannot be queued; null if it was. */
  private @Nullable String refusal(Request request) {
    String failed = failure().orElse(null);
    if (failed != null) {
      return failed;
    }
    return waiting.offer(request) ? null : "too many publications wait for the disk";
  }

  @Override
  public Optional<String> failure() {
    return closing ? Optional.of("the store is closed") : Optional.ofNullable(committer.failure());
  }

  @Override
  public Optional<String> problem() {
    Optional<String> refusal = Optional.ofNullable(committer.refusal());
    if (refusal.isPresent() && waiting.isEmpty()) {
      waiting.nudge(); // so that it looks whether there is room again
    }
    return failure().or(() -> refusal);
  }

  @Override
  public CompletionStage<Opened> open(ChannelName channel, From from) {
    return windows.open(channel, from);
  }

  @Override
  public void sweep() {
    windows.sweep();
    waiting.nudge(); // when little is published, this is what keeps the files in order
  }

  private void write() {
    try {
      while (!closing || !waiting.isEmpty()) {
        turn(waiting.take());
      }
      committer.end();
    } catch (InterruptedException e) {
      committer.fail("the store's thread was interrupted");
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "the store's thread ends", e);
      committer.fail("the store failed: " + e.getClass().getSimpleName());
    } finally {
      ended = true;
      refuseTaken();
      refuseWaiting();
      committer.close();
      release();
    }
  }

  /** Commits what waits now. What comes meanwhile shares the next force. */
  private void turn(Request first) throws InterruptedException {
    taken.add(first);
    Group group = committer.group();
    for (Request next = first; next != null; next = more(group) ? waiting.poll() : null) {
      if (next != first) {
        taken.add(next);
      }
      group.add(next);
    }
    committer.commit(group, committed);
    taken.clear();
  }

  private boolean more(Group group) {
    return group.requests() < GROUP && !committer.full();
  }

  /**
   * The thread ended in the middle of a commit: these may or may not be on disk. A retry with the
   * same id after the restart will tell.
   */
  private void refuseTaken() {
    String why = failure().orElse("the store is closed");
    taken.forEach(request -> request.answer().completeExceptionally(new Unavailable(why)));
    taken.clear();
  }

  private void refuseWaiting() {
    waiting.refuse(failure().orElse("the store is closed"));
  }

  @Override
  public void close() {
    closing = true;
    waiting.nudge();
    try {
      writer.join(CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (writer.isAlive()) { // it keeps the directory locked until the disk answers
      LOG.log(
          Level.WARNING,
          "the disk has not answered for {0} s; the stop goes on",
          CLOSE.toSeconds());
    }
  }

  private void release() {
    try {
      lock.release();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the lock of the store could not be released: {0}", e.toString());
    }
  }
}
