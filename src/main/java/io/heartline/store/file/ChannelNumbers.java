package io.heartline.store.file;

import io.heartline.model.Position;
import io.heartline.store.window.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The numbers of channels in the segment that is being written. */
final class ChannelNumbers {
  private final Map<Window, Integer> numbers = new HashMap<>();

  /** Channels whose number was written in the group that is not committed yet. */
  private final List<Window> told = new ArrayList<>();

  private int next;

  /** @param next the first free number in the segment: that many are taken already */
  ChannelNumbers(int next) {
    this.next = next;
  }

  /** Returns a channel's number. Writes it as an entry first if it is new in this segment. */
  int of(Window window, Position head, Entries entries) {
    Integer known = numbers.get(window);
    if (known != null) {
      return known;
    }
    int number = next++;
    entries.channel(number, window.name().text(), head);
    numbers.put(window, number);
    told.add(window);
    return number;
  }

  /** The numbers written last are in the segment: they stay. */
  void keep() {
    told.clear();
  }

  /** The numbers written last did not get into the segment: they are free again. */
  void undo() {
    told.forEach(numbers::remove);
    next -= told.size();
    told.clear();
  }

  /** Removes a channel that was forgotten: if it comes back, it does so in a new epoch. */
  void remove(Window window) {
    numbers.remove(window);
  }

  /** A new segment has begun. */
  void clear() {
    numbers.clear();
    told.clear();
    next = 0;
  }
}
