package io.heartline.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What is said to Redis and what it answers: texts and numbers are both UTF-8. */
public final class Bytes {
  private Bytes() {}

  public static byte[] of(String text) {
    return text.getBytes(UTF_8);
  }

  public static byte[] of(long number) {
    return of(Long.toString(number));
  }

  /** Returns the text of an answer, which must be {@code byte[]}. */
  public static String text(Object answer) {
    return new String((byte[]) answer, UTF_8);
  }
}
