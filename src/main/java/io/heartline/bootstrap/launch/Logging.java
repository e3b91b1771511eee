package io.heartline.bootstrap.launch;

import java.util.logging.LogManager;

/**
 * The JDK's logging, kept until the server has stopped. By default it ends as soon as the process
 * is asked to end, while the stop is still running, and most of what the stop logs would be lost.
 */
public final class Logging extends LogManager {
  private volatile boolean kept;

  /** Called by the JDK, which creates the only one. */
  public Logging() {}

  /** Keeps the logging until {@link #end}, unless another log manager was configured. */
  static void keep() {
    keep(true);
  }

  /** Ends the logging and closes its files. */
  static void end() {
    keep(false);
    LogManager.getLogManager().reset();
  }

  private static void keep(boolean kept) {
    if (LogManager.getLogManager() instanceof Logging logging) {
      logging.kept = kept;
    }
  }

  /** Called by the JDK before it reads its configuration, and when the process is asked to end. */
  @Override
  public void reset() {
    if (!kept) {
      super.reset();
    }
  }
}
