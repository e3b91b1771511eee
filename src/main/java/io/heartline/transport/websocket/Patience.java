package io.heartline.transport.websocket;

import java.util.concurrent.Semaphore;

/**
 * For how many peers that do not read the threads of this node may wait long, all lines together.
 * Tomcat answers pings and closes on its own threads, behind the write that is under way. If each
 * such line could hold a thread, as many lines as Tomcat has threads would stop the whole server.
 * So only a few may, which is what honest clients on slow networks need; for all others Tomcat
 * gives up at once, and that line ends.
 */
public final class Patience {
  /** As many as write at a time at least, since a write that holds its thread is one of them. */
  private static final int WRITES = Math.max(16, Runtime.getRuntime().availableProcessors());

  /** Half of the threads that close: the others are left to lines whose close takes no time. */
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
