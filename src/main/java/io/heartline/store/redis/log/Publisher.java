package io.heartline.store.redis.log;

import io.heartline.store.redis.RedisAway;
import io.heartline.store.requests.Request;
import io.heartline.store.requests.Requests;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Publishes into one partition, in the order of the calls. One thread sends; all calls that come
 * while Redis works share the next run of the script.
 */
final class Publisher {
  private static final Logger LOG = System.getLogger(Publisher.class.getName());

  /**
   * The most that one run takes: Redis does nothing else meanwhile. One more call may exceed it.
   */
  private static final int MOST_DRAFTS = 256;

  private static final long MOST_BYTES = 256 << 10;

  private final Partition partition;
  private final Thread thread;
  private final Requests waiting;
  private volatile boolean closing;

  /** The thread looks at no more requests. */
  private volatile boolean ended;

  /** @param maxWaitingBytes bytes that calls may take while they wait; one more may exceed it */
  Publisher(Partition partition, ThreadFactory threads, long maxWaitingBytes) {
    this.partition = partition;
    waiting = new Requests(maxWaitingBytes);
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
    if (!waiting.offer(request)) {
      return "too many publications wait for Redis";
    }
    if (ended) { // the thread may have missed it
      waiting.refuse(RedisStore.CLOSED);
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
      waiting.refuse(RedisStore.CLOSED);
    }
  }

  private void turn(Request first) {
    Group group = new Group();
    for (Request next = first; next != null; next = more(group) ? waiting.poll() : null) {
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

  /** Takes no more requests. Those that wait are still published. */
  void close() {
    closing = true;
    waiting.nudge();
  }

  /** Waits until its thread has ended. */
  void join(long millis) throws InterruptedException {
    thread.join(millis);
  }
}
