package io.heartline.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the body of a request as text, counting while it reads: a length that is not told, or told
 * wrong, changes nothing.
 */
final class Body {
  private Body() {}

  static String read(HttpServletRequest request, int maxBytes) throws IOException, Refusal {
    if (request.getContentLengthLong() > maxBytes) {
      throw Refusal.tooLarge(maxBytes);
    }
    byte[] bytes = bytes(request, maxBytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw Refusal.badRequest("body", "must be UTF-8");
    }
  }

  private static byte[] bytes(HttpServletRequest request, int maxBytes)
      throws IOException, Refusal {
    InputStream in = request.getInputStream();
    int expected = Math.max(0, request.getContentLength());
    ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(expected, maxBytes));
    byte[] buffer = new byte[8192];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (out.size() + n > maxBytes) {
        throw Refusal.tooLarge(maxBytes);
      }
      out.write(buffer, 0, n);
    }
    return out.toByteArray();
  }
}
