package io.heartline.store.redis.log;

import io.heartline.store.redis.RedisAway;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Publishes into one partition, in the order of the calls. One thread sends; all calls that come
 * while Redis works share the next run of the script.
 */
final class Publisher {
  private static final Logger LOG = System.getLogger(Publisher.class.getName());

  /** The most calls that wait. */
  private static final int WAITING = 65_536;

  /**
   * The most that one run takes: Redis does nothing else meanwhile. One more call may exceed it.
   */
  private static final int MOST_DRAFTS = 256;

  private static final long MOST_BYTES = 256 << 10;

  /** Wakes the thread without asking for anything. */
  private static final Request NUDGE = new Request(List.of());

  private final Partition partition;
  private final Thread thread;
  private final long maxWaitingBytes;
  private final BlockingQueue<Request> waiting = new LinkedBlockingQueue<>(WAITING);
  private final AtomicLong waitingBytes = new AtomicLong();
  private volatile boolean closing;

  /** The thread looks at no more requests. */
  private volatile boolean ended;

  /** @param maxWaitingBytes bytes that calls may take while they wait; one more may exceed it */
  Publisher(Partition partition, ThreadFactory threads, long maxWaitingBytes) {
    this.partition = partition;
    this.maxWaitingBytes = maxWaitingBytes;
    thread = threads.newThread(this::publish);
  }

  void start() {
    thread.start();
  }

  /** Queues a request. Returns why it cannot be queued; null if it was. */
  @Nullable
  String queue(Request request) {
    if (closing) {
      return RedisStore.CLOSED;
    }
    if (waitingBytes.addAndGet(request.bytes()) > maxWaitingBytes + request.bytes()
        || !waiting.offer(request)) {
      waitingBytes.addAndGet(-request.bytes());
      return "too many publications wait for Redis";
    }
    if (ended) { // the thread may have missed it
      refuseWaiting();
    }
    return null;
  }

  private void publish() {
    try {
      while (!closing || !waiting.isEmpty()) {
        turn(waiting.take());
      }
    } catch (InterruptedException e) {
      LOG.log(Level.DEBUG, "publishing to Redis was interrupted");
    } finally {
      ended = true;
      closing = true;
      refuseWaiting();
    }
  }

  private void turn(Request first) {
    Group group = new Group();
    for (Request next = first; next != null; next = more(group) ? waiting.poll() : null) {
      waitingBytes.addAndGet(-next.bytes());
      if (!next.drafts().isEmpty()) {
        group.add(next);
      }
    }
    if (group.requests().isEmpty()) {
      return;
    }
    try {
      partition.publish(group);
    } catch (RedisAway e) {
      group.fail(e.refused() ? String.valueOf(e.getMessage()) : unknown(e));
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "publishing to Redis failed", e);
      group.fail("publishing to Redis failed: " + e.getClass().getSimpleName());
    }
  }

  private static String unknown(RedisAway e) {
    return e.getMessage() + "; it may have been published all the same: repeat it with the same id";
  }

  private static boolean more(Group group) {
    return group.drafts() < MOST_DRAFTS && group.bytes() < MOST_BYTES;
  }

  private void refuseWaiting() {
    for (Request request = waiting.poll(); request != null; request = waiting.poll()) {
      waitingBytes.addAndGet(-request.bytes());
      Group refused = new Group();
      refused.add(request);
      refused.fail(RedisStore.CLOSED);
    }
  }

  /** Takes no more requests. Those that wait are still published. */
  void close() {
    closing = true;
    waiting.offer(NUDGE); // if the queue is full, the thread is awake anyway
  }

  /** Waits until its thread has ended. */
  void join(long millis) throws InterruptedException {
    thread.join(millis);
  }
}
