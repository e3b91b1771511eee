package io.heartline.store.redis.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.model.Position;
import io.heartline.model.Publication;
import java.util.ArrayList;
import java.util.List;

/**
 * What was appended to a channel at one time.
 *
 * @param before the position that it follows
 * @param publications in order, without holes
 */
record Notice(Position before, List<Publication> publications) {
  Notice {
    publications = List.copyOf(publications);
  }

  /**
   * Reads what is told to those who listen: {@code 1 <epoch> <first offset> <tag before>}, then one
   * entry per line.
   *
   * @throws IllegalArgumentException if it is something else, such as what a later version says
   */
  static Notice parse(byte[] message) {
    String text = new String(message, UTF_8);
    int end = text.indexOf('\n');
    String[] head = end < 0 ? new String[0] : text.substring(0, end).split(" ", -1);
    if (head.length != 4 || !head[0].equals("1")) {
      throw new IllegalArgumentException("not told by this version");
    }
    Position before = new Position(head[1], Long.parseLong(head[2]) - 1, Long.parseLong(head[3]));
    List<Publication> publications = new ArrayList<>();
    long offset = before.offset();
    for (int from = end + 1; from < text.length(); ) {
      int to = text.indexOf('\n', from);
      to = to < 0 ? text.length() : to;
      offset++;
      publications.add(Entry.parse(text.substring(from, to), before.epoch(), offset));
      from = to + 1;
    }
    return new Notice(before, publications);
  }

  /** Returns the position of its last publication. */
  Position end() {
    return publications.isEmpty()
        ? before
        : publications.get(publications.size() - 1).position();
  }

  /** Returns what follows its first {@code count} publications. */
  Notice after(int count) {
    return count == 0
        ? this
        : new Notice(
            publications.get(count - 1).position(),
            publications.subList(count, publications.size()));
  }
}
