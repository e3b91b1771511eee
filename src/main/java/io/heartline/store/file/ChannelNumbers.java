package io.heartline.store.file;

import io.heartline.model.Position;
import io.heartline.store.window.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The numbers that stand for channels in the segment that is being written. */
final class ChannelNumbers {
  private final Map<Window, Integer> numbers = new HashMap<>();

  /** Those told in the group that is not committed yet. */
  private final List<Window> told = new ArrayList<>();

  private int next;

  /** @param next so many are taken in the segment already */
  ChannelNumbers(int next) {
    this.next = next;
  }

  /** Returns a channel's number, telling it first where the segment does not know it yet. */
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

  /** What was told is in the segment. */
  void keep() {
    told.clear();
  }

  /** What was told is not in the segment. */
  void undo() {
    told.forEach(numbers::remove);
    next -= told.size();
    told.clear();
  }

  /** A channel will not come back as it is. */
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
