package io.heartline.engine;

import java.util.List;

/** How long texts are on the wire. */
final class Utf8Length {
  private Utf8Length() {}

  /** Returns how many bytes these texts have in UTF-8, together. */
  static long of(List<String> texts) {
    long bytes = 0;
    for (String text : texts) {
      bytes += of(text);
    }
    return bytes;
  }

  /** Returns how many bytes a text has in UTF-8. */
  static long of(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) { // half of a character beyond the first 65,536 takes two bytes
        bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return bytes;
  }
}
