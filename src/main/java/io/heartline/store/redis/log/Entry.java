package io.heartline.store.redis.log;

import io.heartline.model.Position;
import io.heartline.model.Publication;
import org.jspecify.annotations.Nullable;

/**
 * How a publication is written: {@code 1 <tag> <data>}, or {@code 2 <tag> <id> <data>} if its
 * publisher gave it an id, which holds no space.
 */
final class Entry {
  private static final int TAG = 2;

  private Entry() {}

  /**
   * @throws IllegalArgumentException if it is something else, such as what a later version wrote
   */
  static Publication parse(String text, String epoch, long offset) {
    boolean named = text.startsWith("2 ");
    int afterTag = text.indexOf(' ', TAG);
    int end = named && afterTag >= 0 ? text.indexOf(' ', afterTag + 1) : afterTag;
    if (end < 0 || !(named || text.startsWith("1 "))) {
      throw new IllegalArgumentException("a publication of another version");
    }
    long tag = Long.parseLong(text.substring(TAG, afterTag));
    @Nullable String id = named ? text.substring(afterTag + 1, end) : null;
    return new Publication(new Position(epoch, offset, tag), text.substring(end + 1), id);
  }
}
