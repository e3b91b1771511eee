package io.heartline.bootstrap.launch;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Makes one line a day of what Tomcat logs when it refuses what is no request. Operators need the
 * reason, such as a proxy that sends a host with {@code _}. But any stranger can cause it, at each
 * connection, and Tomcat would print a stack trace.
 */
final class RefusedRequests implements Filter {
  private static final long DAY = Duration.ofDays(1).toMillis();

  /** When the last line was logged, in ms since 1970. */
  private final AtomicLong told = new AtomicLong();

  @Override
  public boolean isLoggable(LogRecord message) {
    Throwable thrown = message.getThrown();
    if (thrown == null || !message.getLevel().equals(Level.INFO)) {
      return true; // an operator who asks for finer levels gets them whole
    }
    long now = message.getMillis();
    long last = told.get();
    if (now - last < DAY || !told.compareAndSet(last, now)) {
      return false;
    }
    String what = message.getMessage().lines().findFirst().orElse("");
    String why = String.valueOf(thrown.getMessage()).strip().replaceAll("\\s+", " ");
    message.setMessage("a request was refused with 400: " + what + ": " + why
        + " (further ones are not logged for a day)");
    message.setThrown(null);
    return true;
  }
}
