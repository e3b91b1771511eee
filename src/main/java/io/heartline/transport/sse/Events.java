package io.heartline.transport.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Outgoing;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a write looks as an event stream: an event per object, then an event of an id alone, which
 * browsers keep without telling the page and send as {@code Last-Event-ID} when they come back.
 * Lines that write the same texts soon after each other share the events of these; the id is each
 * line's own, since few lines read exactly the same channels. Thread-safe.
 */
final class Events {
  /** Channels at a time of which many lines write the same. */
  private static final int SLOTS = 16;

  /**
   * The most memory that is kept for lines which may come to write the same, in bytes. The newest
   * events are kept even if they alone take more: nothing is encoded once per line.
   */
  static final int MAX_KEPT = 4 << 20;

  /**
   * What an entry takes for each byte of its events: that byte, and its part of the texts they were
   * made of. Text in memory is at most twice as long as in UTF-8.
   */
  private static final int WEIGHT = 3;

  /** The oldest first. */
  @GuardedBy("this")
  private final Map<List<String>, byte[]> kept = new LinkedHashMap<>();

  @GuardedBy("this")
  private long keptBytes;

  /**
   * Adds the bytes of a write.
   *
   * @param outgoing has texts or places, or there is nothing to add
   */
  void add(Outgoing outgoing, List<byte[]> bytes) {
    if (!outgoing.texts().isEmpty()) {
      bytes.add(of(outgoing.texts()));
    }
    if (outgoing.places() != null) {
      bytes.add(("id: " + outgoing.places() + "\n\n").getBytes(UTF_8));
    }
  }

  private byte[] of(List<String> texts) {
    byte[] found = find(texts);
    if (found != null) {
      return found;
    }
    byte[] made = encode(texts); // without the lock: whoever else needs the same may make it too
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

  /** Returns how many bytes of memory are kept for lines which may come to write the same. */
  synchronized long kept() {
    return keptBytes;
  }

  private static byte[] encode(List<String> texts) {
    StringBuilder events = new StringBuilder(256);
    for (String text : texts) {
      // An object holds no line break: its strings are escaped, the rest was dropped when it came.
      text.lines().forEach(object -> events.append("data: ").append(object).append("\n\n"));
    }
    return events.toString().getBytes(UTF_8);
  }

  /** How long a browser that was cut off waits: until it is told otherwise. */
  static byte[] retry(long millis) {
    return ("retry: " + millis + "\n\n").getBytes(UTF_8);
  }
}
