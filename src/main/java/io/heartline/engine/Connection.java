package io.heartline.engine;

import io.heartline.model.CloseStatus;
import org.jspecify.annotations.Nullable;

/**
 * How text reaches one client: the port that each transport implements. A line writes again only
 * after the last write was done, so an implementation never has two writes at a time;
 * {@link #close} may come at any moment.
 */
public interface Connection {
  /** Whether a write may hold its thread while the peer's socket is full. */
  enum Mode {
    MAY_BLOCK,
    MUST_NOT_BLOCK
  }

  /**
   * Told once, on any thread, how a write ended: null when all of it was handed to the network,
   * else what went wrong.
   */
  @FunctionalInterface
  interface Done {
    void done(@Nullable Throwable failure);
  }

  /**
   * Writes each text as a message, then a ping if asked for. Failures go to {@code done}; nothing
   * is thrown.
   */
  void write(Outgoing outgoing, Mode mode, Done done);

  /**
   * Returns whether a write may begin now. A client that fetches what it is sent by one request
   * after the other is away between two of them. Meanwhile nothing is taken from the line's
   * cursors, so nothing waits here. Whoever makes this true tells {@link Line#writable}. Called
   * under the line's lock, so it must answer at once and call nobody.
   */
  default boolean ready() {
    return true;
  }

  /** Returns whether {@link #tryWrite} usually succeeds. */
  default boolean quick() {
    return false;
  }

  /**
   * Begins the same write, if the calling thread need not wait for the peer or for another write.
   *
   * @return false if it would have to wait: then nothing was begun, and {@code done} is not told
   */
  default boolean tryWrite(Outgoing outgoing, Done done) {
    return false;
  }

  /**
   * Closes with a code and a reason, after the write under way if there is one. May take seconds if
   * the peer does not read. Does nothing if already closed.
   */
  void close(CloseStatus status);

  /**
   * Closes without waiting for the write under way, which is stalled: the peer may not see the
   * code. Takes no more than a moment.
   */
  void cut(CloseStatus status);
}
