package io.heartline.transport.websocket;

import io.heartline.model.CloseStatus;
import org.jspecify.annotations.Nullable;

/**
 * One incoming message, put together from its parts and counted by us: Undertow enforces no limit
 * on text, and neither container one on the number of fragments. Used by one thread at a time.
 */
final class Message {
  /**
   * The parts a message may come in. Containers also cut large frames, into parts of 8 KiB or so.
   */
  static final int MAX_PARTS = 1024;

  private final int maxBytes;
  private final StringBuilder text = new StringBuilder(0);
  private int bytes;
  private int parts;

  /** Why nothing is read any more; null while all is well. */
  private @Nullable CloseStatus broken;

  Message(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Adds a part; returns the whole message if it is the last one and none was too much, else null.
   */
  @Nullable
  String add(String part, boolean last) {
    if (broken != null) {
      return null;
    }
    bytes += utf8Length(part);
    parts++;
    if (bytes > maxBytes) {
      broken = CloseStatus.tooBig("message must have at most " + maxBytes + " bytes");
    } else if (parts > MAX_PARTS) {
      broken = CloseStatus.tooBig("message must have at most " + MAX_PARTS + " fragments");
    }
    if (broken != null || !last) {
      keep(part);
      return null;
    }
    String whole = text.isEmpty() ? part : text.append(part).toString();
    reset();
    return whole;
  }

  /** Returns why nothing is read any more, or null. */
  @Nullable
  CloseStatus broken() {
    return broken;
  }

  private void keep(String part) {
    if (broken == null) {
      text.append(part);
    } else {
      reset();
    }
  }

  private void reset() {
    text.setLength(0);
    text.trimToSize();
    bytes = 0;
    parts = 0;
  }

  private static int utf8Length(String part) {
    int length = 0;
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return length;
  }
}
