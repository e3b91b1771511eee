package io.heartline.transport.sockjs;

import io.heartline.engine.Connection.Done;

/** One response in which a client waits for frames. Writes come out in the order of the calls. */
interface Receiver {
  Wire wire();

  /**
   * Writes some bytes after all that was given before.
   *
   * @param done told once, on any thread, also on failure
   */
  void write(byte[] bytes, Done done);

  /** Ends the response once everything is written. */
  void close();

  /** Ends the response without waiting for what is still being written. */
  void cut();
}
