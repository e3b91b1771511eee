package io.heartline.transport.websocket;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Reads one client's binary messages as UTF-8, part by part: a character may begin in one part and
 * end in the next. Not thread-safe.
 */
final class Utf8 {
  /** The most bytes of a character that may be left over from a part. */
  private static final int LEFT_OVER = 4;

  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private byte[] left = {};

  /**
   * Returns the text of a part.
   *
   * @param last whether the message ends with it
   * @throws CharacterCodingException if it is not UTF-8
   */
  String decode(ByteBuffer part, boolean last) throws CharacterCodingException {
    ByteBuffer bytes = ByteBuffer.allocate(left.length + part.remaining());
    bytes.put(left).put(part).flip();
    CharBuffer chars = CharBuffer.allocate(bytes.remaining() + 1);
    CoderResult result = decoder.decode(bytes, chars, last);
    if (result.isError()) {
      result.throwException();
    }
    if (last) {
      decoder.reset();
    }
    left = new byte[Math.min(LEFT_OVER, bytes.remaining())];
    bytes.get(left);
    return chars.flip().toString();
  }
}
