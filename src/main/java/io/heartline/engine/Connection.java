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
   * Told once how a write ended: null when all of it was handed to the network, else what went
   * wrong. On any thread.
   */
  @FunctionalInterface
  interface Done {
    void done(@Nullable Throwable failure);
  }

  /**
   * Writes each text as a message, then a ping if asked for; failures go to {@code done}, none is
   * thrown.
   */
  void write(Outgoing outgoing, Mode mode, Done done);

  /** Returns whether {@link #tryWrite} mostly does what it is asked for. */
  default boolean quick() {
    return false;
  }

  /**
   * Begins the same, if that holds the calling thread neither for the peer nor for another write.
   *
   * @return false if that cannot be had: then nothing was begun, and {@code done} is not told
   */
  default boolean tryWrite(Outgoing outgoing, Done done) {
    return false;
  }

  /**
   * Closes with a code and a reason, after the write under way if there is one. May take seconds
   * where the peer does not read. Does nothing if closed.
   */
  void close(CloseStatus status);

  /**
   * Closes without waiting for the write under way, which stands: the peer may not see the code.
   * Takes no more than a moment.
   */
  void cut(CloseStatus status);
}
