package io.heartline.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects the texts of one write. Most writes carry what one channel has to say and nothing else:
 * that list is handed on without a copy, since all lines of the channel share it.
 */
final class Texts {
  /** Changed only if it is a copy of our own. */
  private List<String> list = List.of();

  private boolean own;

  void add(String text) {
    copy();
    list.add(text);
  }

  /** @param shared a list that nobody changes afterwards */
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

  /** Returns all texts of the write; nothing is added after this. */
  List<String> list() {
    return list;
  }
}
