package io.heartline.transport.websocket;

import java.util.concurrent.Semaphore;

/**
 * Limits how many peers that do not read may make threads of this node wait long, over all lines.
 * Tomcat answers pings and closes on its own threads, behind the current write. If each such line
 * could hold a thread, as many lines as Tomcat has threads would stop the whole server. So only a
 * few lines may hold one, which is enough for honest clients on slow networks. For all others
 * Tomcat gives up at once, and the line is gone.
 */
public final class Patience {
  /** At least as many as write at the same time, since a write that holds its thread needs one. */
  private static final int WRITES = Math.max(16, Runtime.getRuntime().availableProcessors());

  /** Half of the threads that close lines; the rest are for closes that take no time. */
  private static final int CLOSES = 8;

  private final Semaphore writes = new Semaphore(WRITES);
  private final Semaphore closes = new Semaphore(CLOSES);

  /** One place for each line whose write waits. */
  Semaphore writes() {
    return writes;
  }

  /** One place for each close of ours that is being sent. */
  Semaphore closes() {
    return closes;
  }
}
