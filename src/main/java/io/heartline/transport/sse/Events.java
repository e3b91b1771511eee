package io.heartline.transport.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.engine.Outgoing;

/**
 * How a write looks as an event stream: an event per object, then an event of an id alone, which
 * browsers keep without telling the page and send as {@code Last-Event-ID} when they come back.
 */
final class Events {
  private Events() {}

  /** @param opening what comes before it */
  static byte[] of(String opening, Outgoing outgoing) {
    StringBuilder events = new StringBuilder(256).append(opening);
    for (String text : outgoing.texts()) {
      // An object holds no line break: its strings are escaped, the rest was dropped when it came.
      text.lines().forEach(object -> events.append("data: ").append(object).append("\n\n"));
    }
    if (outgoing.places() != null) {
      events.append("id: ").append(outgoing.places()).append("\n\n");
    }
    return events.toString().getBytes(UTF_8);
  }

  /** How long a browser that was cut off waits: until it is told otherwise. */
  static String retry(long millis) {
    return "retry: " + millis + "\n\n";
  }
}
