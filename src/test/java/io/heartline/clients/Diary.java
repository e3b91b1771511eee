package io.heartline.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RunningWar;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What happened to one line, as its application was told, in order. */
public final class Diary {
  /** Something that a library tells its application. */
  public sealed interface Event {}

  /** The handshake succeeded. */
  public record Opened() implements Event {}

  /** A text came. */
  public record Text(String text) implements Event {}

  /** The server's close came; only some libraries tell it apart from the end. */
  public record Closing(int code, String reason) implements Event {}

  /** The line has ended. */
  public record Closed(int code, String reason) implements Event {}

  /**
   * The line failed, or its handshake did.
   *
   * @param type the exception's class
   * @param status of the HTTP answer; 0 if there is none to be read
   * @param retryAfter the header of that answer; "" if there is none
   */
  public record Failed(String type, String message, int status, String retryAfter)
      implements Event {}

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /** Is called by the library's threads. */
  public void add(Event event) {
    events.add(event);
  }

  /** The same for an exception without an answer. */
  public void failed(Throwable failure) {
    add(new Failed(failure.getClass().getName(), String.valueOf(failure.getMessage()), 0, ""));
  }

  /** Returns the next event. */
  Event next() {
    try {
      Event event = events.poll(RunningWar.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(event).as("what happens next").isNotNull();
      return event;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the next event, or null if none comes in time. */
  @Nullable
  Event next(long millis) {
    try {
      return events.poll(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the next event that is no text. */
  Event afterTexts() {
    Event event = next();
    while (event instanceof Text) {
      event = next();
    }
    return event;
  }

  /** Expects the handshake's success next. */
  void opened() {
    assertThat(next()).isEqualTo(new Opened());
  }

  /** Expects a close of the server next, and the end by it; texts may come before. */
  void closed(int code, String reason) {
    Event event = afterTexts();
    if (event instanceof Closing) {
      assertThat(event).isEqualTo(new Closing(code, reason));
      event = next();
    }
    assertThat(event).isEqualTo(new Closed(code, reason));
  }

  /** Expects that nothing more was told so far. */
  void assertNothingMore() {
    assertThat(events).isEmpty();
  }
}
