package io.heartline.bootstrap.launch;

import io.heartline.bootstrap.HeartlineInitializer;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Listens to what is logged during the start. If the application says why it cannot start, Tomcat
 * would print that among forty lines of its own.
 */
final class FailedStart implements Filter {
  private volatile @Nullable String reason;

  FailedStart() {
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      handler.setFilter(this);
    }
  }

  /** Returns why the application cannot start; null if it did not say. */
  @Nullable
  String reason() {
    return reason;
  }

  @Override
  public boolean isLoggable(LogRecord record) {
    Throwable thrown = record.getThrown();
    String message = thrown == null ? "" : String.valueOf(thrown.getMessage());
    if (message.startsWith(HeartlineInitializer.CANNOT_START)) {
      reason = message.substring(HeartlineInitializer.CANNOT_START.length());
      return false;
    }
    return reason == null; // what comes after the reason are only consequences
  }

  /** The start has succeeded: everything is logged from now on. */
  void over() {
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      handler.setFilter(null);
    }
  }
}
