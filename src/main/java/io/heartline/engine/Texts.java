package io.heartline.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects the texts of one write. Most writes carry what one channel has to say and nothing else:
 * that list is handed on as it is, as it is shared by all lines of the channel.
 */
final class Texts {
  /** Not changed unless it is a copy of our own. */
  private List<String> list = List.of();

  private boolean own;

  void add(String text) {
    copy();
    list.add(text);
  }

  /** @param shared not changed afterwards, by anybody */
  void add(List<String> shared) {
    if (list.isEmpty()) {
      list = shared;
    } else {
      copy();
      list.addAll(shared);
    }
  }

  private void copy() {
    if (!own) {
      list = new ArrayList<>(list);
      own = true;
    }
  }

  boolean isEmpty() {
    return list.isEmpty();
  }

  /** Returns all of them as one write has them; nothing is added afterwards. */
  List<String> list() {
    return list;
  }
}
