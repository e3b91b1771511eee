package io.heartline.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** Reads bytes as UTF-8. What is not UTF-8 is refused, never replaced. */
public final class StrictUtf8 {
  private StrictUtf8() {}

  /** Returns the text that all the bytes are. */
  public static String decode(byte[] bytes) throws CharacterCodingException {
    return decode(bytes, bytes.length);
  }

  /**
   * Returns the text that the first bytes are.
   *
   * @param size how many bytes
   */
  public static String decode(byte[] bytes, int size) throws CharacterCodingException {
    return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, size)).toString();
  }
}
