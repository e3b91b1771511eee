package io.heartline.bootstrap.launch;

import io.heartline.bootstrap.HeartlineInitializer;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Listens to what is logged during the start. If the application says why it cannot start, Tomcat
 * would print that among forty lines of its own.
 */
final class FailedStart {
  /** What the operator has set for each handler, if anything. */
  private final Map<Handler, @Nullable Filter> filters = new HashMap<>();

  private volatile @Nullable String reason;

  FailedStart() {
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      Filter operators = handler.getFilter();
      filters.put(handler, operators);
      handler.setFilter(
          message -> isWanted(message) && (operators == null || operators.isLoggable(message)));
    }
  }

  /** Returns why the application cannot start; null if it did not say. */
  @Nullable
  String reason() {
    return reason;
  }

  private boolean isWanted(LogRecord message) {
    Throwable thrown = message.getThrown();
    String text = thrown == null ? "" : String.valueOf(thrown.getMessage());
    if (text.startsWith(HeartlineInitializer.CANNOT_START)) {
      reason = text.substring(HeartlineInitializer.CANNOT_START.length());
      return false;
    }
    return reason == null; // what comes after the reason are only consequences
  }

  /** The start has succeeded: everything that the operator wants is logged from now on. */
  void over() {
    filters.forEach(Handler::setFilter);
  }
}
