package io.heartline.transport.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.engine.Outgoing;
import io.heartline.transport.shared.Shared;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Turns a write into an event stream: one event per object. The last event of a write carries the
 * id: clients keep it, and send it as {@code Last-Event-ID} when they reconnect. The id is not an
 * event of its own, since many clients drop an event that has no data, and its id with it. It
 * stands behind the data, since some take the id before the event has come whole.
 *
 * <p>Lines that write the same texts soon after each other share the encoded events. The id is not
 * shared, since few lines read exactly the same channels. Thread-safe.
 */
final class Events {
  /**
   * The most memory kept for lines that may write the same soon, in bytes. The newest events are
   * kept even if they alone take more, so that nothing is encoded once per line.
   */
  static final int MAX_KEPT = 4 << 20;

  /** Ends an event. */
  private static final byte[] END = {'\n'};

  /** Encoded events by their texts. The last event of each lacks its end. */
  private final Shared<byte[]> events = new Shared<>(MAX_KEPT, Events::encode, made -> made.length);

  /**
   * Adds the bytes of a write to {@code bytes}.
   *
   * @param outgoing its texts and places are added; nothing is added if it has no texts
   */
  void add(Outgoing outgoing, List<byte[]> bytes) {
    if (outgoing.texts().isEmpty()) {
      return; // nor its places, for which there is no event
    }
    bytes.add(events.of(outgoing.texts()));
    bytes.add(
        outgoing.places() == null ? END : ("id: " + outgoing.places() + "\n\n").getBytes(UTF_8));
  }

  /** Returns how many bytes of memory are kept for lines that may write the same soon. */
  long kept() {
    return events.bytes();
  }

  private static byte[] encode(List<String> texts) {
    // An object has no line breaks: in strings they are escaped, others were dropped on input.
    return texts.stream()
        .flatMap(String::lines)
        .map(object -> "data: " + object + "\n")
        .collect(Collectors.joining("\n"))
        .getBytes(UTF_8);
  }

  /**
   * Tells a browser how long to wait before it reconnects; holds until it is told otherwise. This
   * is only the beginning of an event.
   */
  static byte[] retry(long millis) {
    return ("retry: " + millis + "\n").getBytes(UTF_8);
  }
}
