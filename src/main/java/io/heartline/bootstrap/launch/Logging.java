package io.heartline.bootstrap.launch;

import java.util.logging.LogManager;

/**
 * The JDK's logging, until the server has stopped. By itself it ends as soon as the process is
 * asked to, beside all that is still at work then, and most of what the stop has to say is lost.
 */
public final class Logging extends LogManager {
  private volatile boolean kept;

  /** For the JDK, which makes the one that there is. */
  public Logging() {}

  /** It goes on until it is ended, unless another kind of logging was asked for. */
  static void keep() {
    keep(true);
  }

  /** Ends, with its files closed. */
  static void end() {
    keep(false);
    LogManager.getLogManager().reset();
  }

  private static void keep(boolean kept) {
    if (LogManager.getLogManager() instanceof Logging logging) {
      logging.kept = kept;
    }
  }

  /** Called by the JDK before it reads its configuration, and when the process is to end. */
  @Override
  public void reset() {
    if (!kept) {
      super.reset();
    }
  }
}
