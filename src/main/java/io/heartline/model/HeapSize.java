package io.heartline.model;

/** What values take in the heap, in bytes, on a JDK of 64 bits with its usual settings. */
public final class HeapSize {
  /** A string's object, and the header of the array behind it with what rounding adds to both. */
  private static final int STRING = 24 + 24;

  /** The JDK keeps a text in one byte per character if none of its characters is above this. */
  private static final char LAST_OF_ONE_BYTE = 0xFF;

  private HeapSize() {}

  /** Returns what a string takes. Reads all of it unless an early character needs two bytes. */
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
