package io.heartline.faults;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.model.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What happened in a run, as those saw it who took part. Thread-safe. */
final class History {
  /** Who reads what. */
  record Reader(String client, String channel) {}

  /**
   * A publication somebody asked for; each value is used once in a run.
   *
   * @param publisher publishes one after the other
   * @param acknowledged the server has said that it has it
   * @param position where it stands, by the server's word; null if that was not told
   */
  record Sent(
      String publisher,
      String channel,
      String value,
      boolean acknowledged,
      @Nullable Position position) {}

  /** A publication that the log holds when all is over. */
  record Kept(Position position, String value) {}

  @GuardedBy("this")
  private final List<Sent> sent = new ArrayList<>();

  @GuardedBy("this")
  private final Map<Reader, List<Seen>> seen = new LinkedHashMap<>();

  @GuardedBy("this")
  private final Map<String, List<Kept>> kept = new LinkedHashMap<>();

  @GuardedBy("this")
  private final Map<String, List<String>> seated = new LinkedHashMap<>();

  synchronized void sent(Sent publication) {
    sent.add(publication);
  }

  synchronized void seen(String client, String channel, Seen event) {
    seen.computeIfAbsent(new Reader(client, channel), reader -> new ArrayList<>())
        .add(event);
  }

  synchronized void kept(String channel, Kept publication) {
    kept.computeIfAbsent(channel, name -> new ArrayList<>()).add(publication);
  }

  /** At the end: which clients of a user hold an open line at a door of one seat. */
  synchronized void seated(String user, List<String> clients) {
    seated.put(user, List.copyOf(clients));
  }

  synchronized List<Sent> sent() {
    return List.copyOf(sent);
  }

  synchronized Map<Reader, List<Seen>> seen() {
    Map<Reader, List<Seen>> copy = new LinkedHashMap<>();
    seen.forEach((reader, events) -> copy.put(reader, List.copyOf(events)));
    return copy;
  }

  synchronized List<Kept> kept(String channel) {
    return List.copyOf(kept.getOrDefault(channel, List.of()));
  }

  synchronized Map<String, List<String>> seated() {
    return Map.copyOf(seated);
  }
}
