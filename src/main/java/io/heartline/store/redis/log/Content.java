package io.heartline.store.redis.log;

import io.heartline.log.ChannelLog;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.store.redis.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * What Redis holds of a channel, from some position to its head.
 *
 * @param base the position before the first publication; the head if there is none
 * @param publications all up to the head
 */
record Content(Position head, Position base, List<Publication> publications) {
  Content {
    publications = List.copyOf(publications);
  }

  /**
   * Reads the answer of {@code read.lua}.
   *
   * @throws IllegalArgumentException if it is something else, such as what a later version wrote
   */
  static Content parse(List<?> answer) {
    Position head = head(Bytes.text(answer.get(0)));
    String[] base = Bytes.text(answer.get(1)).split(" ", -1);
    long offset = Long.parseLong(base[0]);
    Position before = new Position(head.epoch(), offset, Long.parseLong(base[1]));
    List<Publication> publications = new ArrayList<>(answer.size() - 2);
    for (int i = 2; i < answer.size(); i++) {
      offset++;
      publications.add(Entry.parse(Bytes.text(answer.get(i)), head.epoch(), offset));
    }
    return new Content(head, before, publications);
  }

  /** Reads {@code <epoch> <offset> <tag>}. */
  static Position head(String text) {
    String[] parts = text.split(" ", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("the head of a channel of another version");
    }
    return new Position(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]));
  }

  /** Returns a log that holds just this. */
  ChannelLog log() {
    ChannelLog log = new ChannelLog(base);
    publications.forEach(log::append);
    return log;
  }

  /**
   * Returns whether this continues a log whose head was {@code earlier}: it knows that position, or
   * the log was trimmed beyond it meanwhile.
   */
  boolean continues(Position earlier) {
    if (!earlier.epoch().equals(head.epoch()) || earlier.offset() > head.offset()) {
      return false;
    }
    if (earlier.offset() < base.offset()) {
      return true; // that the readers miss something, the log will tell them
    }
    return at(earlier.offset()).tag() == earlier.tag();
  }

  private Position at(long offset) {
    return offset == base.offset()
        ? base
        : publications.get((int) (offset - base.offset() - 1)).position();
  }

  /** Returns the publications after an offset. */
  Notice after(long offset) {
    int skip = (int) Math.max(0, offset - base.offset());
    return new Notice(base, publications).after(Math.min(skip, publications.size()));
  }
}
