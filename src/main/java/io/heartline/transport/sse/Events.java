package io.heartline.transport.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Outgoing;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
  /** For how many channels at a time lines can share events. */
  private static final int SLOTS = 16;

  /**
   * The most memory kept for lines that may write the same soon, in bytes. The newest events are
   * kept even if they alone take more, so that nothing is encoded once per line.
   */
  static final int MAX_KEPT = 4 << 20;

  /**
   * Bytes of memory per byte of events: that byte, plus its share of the texts that the events were
   * made of. Text in memory is at most twice as long as in UTF-8.
   */
  private static final int WEIGHT = 3;

  /** Ends an event. */
  private static final byte[] END = {'\n'};

  /** Encoded events by their texts, the oldest first. The last event of each lacks its end. */
  @GuardedBy("this")
  private final Map<List<String>, byte[]> kept = new LinkedHashMap<>();

  @GuardedBy("this")
  private long keptBytes;

  /**
   * Adds the bytes of a write to {@code bytes}.
   *
   * @param outgoing its texts and places are added; nothing is added if it has no texts
   */
  void add(Outgoing outgoing, List<byte[]> bytes) {
    if (outgoing.texts().isEmpty()) {
      return; // nor its places, for which there is no event
    }
    bytes.add(of(outgoing.texts()));
    bytes.add(
        outgoing.places() == null ? END : ("id: " + outgoing.places() + "\n\n").getBytes(UTF_8));
  }

  private byte[] of(List<String> texts) {
    byte[] found = find(texts);
    if (found != null) {
      return found;
    }
    byte[] made = encode(texts); // without the lock: another line may encode the same meanwhile
    keep(texts, made);
    return made;
  }

  private synchronized byte @Nullable [] find(List<String> texts) {
    return kept.get(texts);
  }

  private synchronized void keep(List<String> texts, byte[] made) {
    byte[] before = kept.put(texts, made);
    keptBytes += WEIGHT * (made.length - (before == null ? 0L : before.length));
    Iterator<byte[]> oldest = kept.values().iterator();
    while (kept.size() > SLOTS || (keptBytes > MAX_KEPT && kept.size() > 1)) {
      keptBytes -= WEIGHT * (long) oldest.next().length;
      oldest.remove();
    }
  }

  /** Returns how many bytes of memory are kept for lines that may write the same soon. */
  synchronized long kept() {
    return keptBytes;
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
