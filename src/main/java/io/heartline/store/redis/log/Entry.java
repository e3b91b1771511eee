package io.heartline.store.redis.log;

import io.heartline.model.Position;
import io.heartline.model.Publication;

/** How a publication is written: {@code 1 <tag> <data>}. The 1 is the version of this form. */
final class Entry {
  private Entry() {}

  /** @throws IllegalArgumentException if it is something else */
  static Publication parse(String text, String epoch, long offset) {
    int space = text.indexOf(' ', 2);
    if (!text.startsWith("1 ") || space < 0) {
      throw new IllegalArgumentException("a publication of another version");
    }
    long tag = Long.parseLong(text.substring(2, space));
    return new Publication(new Position(epoch, offset, tag), text.substring(space + 1));
  }
}
