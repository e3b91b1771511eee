package io.heartline.bootstrap.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class RefusedRequestsTest {
  private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");

  private final RefusedRequests filter = new RefusedRequests();

  private static LogRecord refused(Instant when, Level level) {
    LogRecord message =
        new LogRecord(level, "The host [my_app] is not valid\n Note: further occurrences");
    message.setThrown(new IllegalArgumentException("The character [_] is never valid\r\n"));
    message.setInstant(when);
    return message;
  }

  @Test
  void theFirstIsOneLineWithItsReasonAndNoTrace() {
    LogRecord first = refused(NOON, Level.INFO);
    assertThat(filter.isLoggable(first)).isTrue();
    assertThat(first.getMessage())
        .isEqualTo("a request was refused with 400: The host [my_app] is not valid: The character"
            + " [_] is never valid (further ones are not logged for a day)");
    assertThat(first.getThrown()).isNull();
  }

  @Test
  void theNextIsToldAfterADay() {
    assertThat(filter.isLoggable(refused(NOON, Level.INFO))).isTrue();
    Duration nearly = Duration.ofDays(1).minusMillis(1);
    assertThat(filter.isLoggable(refused(NOON.plus(nearly), Level.INFO))).isFalse();
    assertThat(filter.isLoggable(refused(NOON.plus(Duration.ofDays(1)), Level.INFO)))
        .isTrue();
  }

  @Test
  void whoAsksForMoreGetsItWhole() {
    LogRecord fine = refused(NOON, Level.FINE);
    assertThat(filter.isLoggable(fine)).isTrue();
    assertThat(filter.isLoggable(fine)).isTrue();
    assertThat(fine.getThrown()).isNotNull();
  }

  @Test
  void whatHasNoTraceIsLoggedAsItIs() {
    LogRecord plain = new LogRecord(Level.INFO, "plain");
    assertThat(filter.isLoggable(plain)).isTrue();
    assertThat(plain.getMessage()).isEqualTo("plain");
  }
}
