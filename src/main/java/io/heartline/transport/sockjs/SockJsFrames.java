package io.heartline.transport.sockjs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.model.CloseStatus;
import io.heartline.transport.shared.Shared;
import java.util.List;

/**
 * The frames that a server of SockJS sends: {@code o}, {@code h}, {@code a[...]} and
 * {@code c[...]}. Lines that write the same texts soon after each other share the frames.
 * Thread-safe.
 */
public final class SockJsFrames {
  /** A session is open. */
  static final String OPEN = "o";

  /** A beat. Clients do not answer it. */
  static final String HEARTBEAT = "h";

  /** As a message of a WebSocket. */
  private final Shared<List<String>> messages;

  /** As a line of a response. */
  private final Shared<byte[]> lines;

  /** As a server-sent event. */
  private final Shared<byte[]> events;

  /** @param maxBytes heap for what is kept to be shared, of each kind */
  public SockJsFrames(long maxBytes) {
    messages = new Shared<>(
        maxBytes, texts -> List.of(array(texts)), made -> 2L * made.get(0).length());
    lines = new Shared<>(maxBytes, texts -> line(array(texts)), made -> made.length);
    events = new Shared<>(maxBytes, texts -> event(array(texts)), made -> made.length);
  }

  /** Returns one message for a WebSocket with all texts. */
  List<String> message(List<String> texts) {
    return messages.of(texts);
  }

  /** Returns one line with all texts. */
  byte[] line(List<String> texts) {
    return lines.of(texts);
  }

  /** Returns one server-sent event with all texts. */
  byte[] event(List<String> texts) {
    return events.of(texts);
  }

  /** Returns a frame as a line. */
  static byte[] line(String frame) {
    return (frame + '\n').getBytes(UTF_8);
  }

  /**
   * Returns a frame as a server-sent event. Frames have no line breaks. Clients decode what is
   * percent-encoded in an event, so each percent sign is.
   */
  static byte[] event(String frame) {
    return ("data: " + frame.replace("%", "%25") + "\r\n\r\n").getBytes(UTF_8);
  }

  /** Returns {@code a["...","..."]}. */
  static String array(List<String> texts) {
    int chars = 2;
    for (String text : texts) {
      chars += text.length() + text.length() / 8 + 3;
    }
    StringBuilder frame = new StringBuilder(chars + 16).append('a');
    char before = '[';
    for (String text : texts) {
      frame.append(before);
      appendQuoted(frame, text);
      before = ',';
    }
    return frame.append(']').toString();
  }

  /** Returns {@code c[code,"reason"]}. */
  static String close(int code, String reason) {
    StringBuilder frame = new StringBuilder(reason.length() + 16).append("c[").append(code);
    appendQuoted(frame.append(','), reason);
    return frame.append(']').toString();
  }

  static String close(CloseStatus status) {
    return close(status.code(), status.reason());
  }

  /**
   * Appends a text as a JSON string, in quotes. Escapes what JSON must escape, and what browsers
   * and networks have been seen to change on the way.
   */
  static void appendQuoted(StringBuilder to, String text) {
    to.append('"');
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isPlain(c)) {
        continue;
      }
      to.append(text, from, i);
      from = i + 1;
      escape(to, c);
    }
    to.append(text, from, text.length()).append('"');
  }

  private static boolean isPlain(char c) {
    if (c < 0x200c) {
      return c >= ' ' && c != '"' && c != '\\';
    }
    return c > 0x200f
        && (c < 0x2028 || c > 0x202f)
        && (c < 0x2060 || c > 0x206f)
        && !Character.isSurrogate(c)
        && c < 0xfff0;
  }

  private static void escape(StringBuilder to, char c) {
    switch (c) {
      case '"' -> to.append("\\\"");
      case '\\' -> to.append("\\\\");
      case '\b' -> to.append("\\b");
      case '\t' -> to.append("\\t");
      case '\n' -> to.append("\\n");
      case '\f' -> to.append("\\f");
      case '\r' -> to.append("\\r");
      default ->
        to.append("\\u")
            .append(Character.forDigit(c >> 12, 16))
            .append(Character.forDigit(c >> 8 & 15, 16))
            .append(Character.forDigit(c >> 4 & 15, 16))
            .append(Character.forDigit(c & 15, 16));
    }
  }
}
