package io.heartline.protocol.stomp;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One frame of a client.
 *
 * @param headers by their names; of repeated headers the first one
 * @param body empty if there is none
 */
record Frame(String command, Map<String, String> headers, String body) {
  /** Returns how many characters it holds. */
  int chars() {
    int chars = body.length();
    for (Map.Entry<String, String> header : headers.entrySet()) {
      chars += header.getKey().length() + header.getValue().length();
    }
    return chars;
  }

  /** Returns a header's value, or null if it is absent. */
  @Nullable
  String header(String name) {
    return headers.get(name);
  }

  /** Returns the value of a header that must be there. */
  String required(String name) throws BadFrame {
    String value = headers.get(name);
    if (value == null) {
      throw new BadFrame(command + " must have the header " + name);
    }
    return value;
  }
}
