package io.heartline.store.requests;

import io.heartline.engine.Store;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The calls that wait for a store's thread, bounded in number and in bytes. Anybody may add, the
 * store's thread takes them in order.
 */
public final class Requests {
  /** The most calls that wait. */
  private static final int MOST = 65_536;

  /** Wakes the store's thread without asking for anything. */
  private static final Request NUDGE = new Request(List.of());

  private final BlockingQueue<Request> waiting = new LinkedBlockingQueue<>(MOST);
  private final AtomicLong bytes = new AtomicLong();
  private final long mostBytes;

  /**
   * @param mostBytes bytes of the heap that calls may take while they wait; one more call may
   *     exceed it
   */
  public Requests(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Adds a call; returns false if there is no room for it. */
  public boolean offer(Request request) {
    if (bytes.addAndGet(request.bytes()) > mostBytes + request.bytes() || !waiting.offer(request)) {
      bytes.addAndGet(-request.bytes());
      return false;
    }
    return true;
  }

  /** Wakes the store's thread with a request that has no drafts. */
  public void nudge() {
    waiting.offer(NUDGE); // if the queue is full, the thread is awake anyway
  }

  /** Takes the next one, once there is one. */
  public Request take() throws InterruptedException {
    return taken(waiting.take());
  }

  /** Takes the next one; null if there is none now. */
  public @Nullable Request poll() {
    Request next = waiting.poll();
    return next == null ? null : taken(next);
  }

  private Request taken(Request request) {
    bytes.addAndGet(-request.bytes());
    return request;
  }

  public boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Refuses all that wait now. */
  public void refuse(String why) {
    for (Request request = poll(); request != null; request = poll()) {
      request.answer().completeExceptionally(new Store.Unavailable(why));
    }
  }
}
