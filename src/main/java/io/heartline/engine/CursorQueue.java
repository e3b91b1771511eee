package io.heartline.engine;

import org.jspecify.annotations.Nullable;

/**
 * The cursors of one line whose channels have moved, each at most once, linked by themselves: a
 * walk over a thousand lines finds most of what it touches outside the processor's caches, so a
 * line has few objects. Guarded as the cursors are.
 */
final class CursorQueue {
  private @Nullable Cursor first;
  private @Nullable Cursor last;

  boolean isEmpty() {
    return first == null;
  }

  /** Returns the only one; null if there is none, or are more. */
  @Nullable
  Cursor only() {
    return first == last ? first : null;
  }

  void add(Cursor cursor) {
    cursor.behind = null;
    if (last == null) {
      first = cursor;
    } else {
      last.behind = cursor;
    }
    last = cursor;
  }

  void addFirst(Cursor cursor) {
    cursor.behind = first;
    first = cursor;
    if (last == null) {
      last = cursor;
    }
  }

  /** Takes the first one; null if there is none. */
  @Nullable
  Cursor poll() {
    Cursor cursor = first;
    if (cursor != null) {
      first = cursor.behind;
      cursor.behind = null;
      if (first == null) {
        last = null;
      }
    }
    return cursor;
  }

  void clear() {
    first = null;
    last = null;
  }
}
