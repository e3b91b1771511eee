package io.heartline.protocol.stomp;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** Writes one frame of the server. */
final class FrameWriter {
  private final Version version;
  private final StringBuilder text;

  FrameWriter(Version version, String command, int expectedChars) {
    this.version = version;
    text = new StringBuilder(expectedChars).append(command).append('\n');
  }

  /** Adds a header, escaped; nothing if {@code value} is null. */
  FrameWriter header(String name, @Nullable String value) {
    if (value != null) {
      text.append(name).append(':');
      version.escape(text, value);
      text.append('\n');
    }
    return this;
  }

  /**
   * Returns the frame. Its length is given only if it must be, since one of the common clients
   * takes it for a number of characters.
   */
  String body(String body) {
    if (body.indexOf('\0') >= 0) {
      text.append("content-length:").append(body.getBytes(UTF_8).length).append('\n');
    }
    return text.append('\n').append(body).append('\0').toString();
  }
}
