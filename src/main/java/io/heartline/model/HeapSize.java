package io.heartline.model;

/** How many bytes values take in the heap, on a 64-bit JDK with its usual settings. */
public final class HeapSize {
  /** Bytes of a string's object and of its array's header, with what rounding adds to both. */
  private static final int STRING = 24 + 24;

  /** The JDK stores a text with one byte per character if no character is above this. */
  private static final char LAST_OF_ONE_BYTE = 0xFF;

  private HeapSize() {}

  /** Returns a string's bytes. Reads it up to the first character that needs two bytes. */
  public static long of(String text) {
    return STRING + (long) text.length() * bytesPerChar(text);
  }

  private static int bytesPerChar(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > LAST_OF_ONE_BYTE) {
        return 2;
      }
    }
    return 1;
  }
}
