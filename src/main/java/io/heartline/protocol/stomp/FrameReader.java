package io.heartline.protocol.stomp;

import io.heartline.protocol.Excerpt;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a client sends into frames. A frame may come in several messages, and a message may
 * hold several frames. What is kept of an unfinished frame is bounded. Not thread-safe.
 */
final class FrameReader {
  /** The most headers that a frame may have. */
  static final int MAX_HEADERS = 64;

  /** The longest line, in characters. */
  static final int MAX_LINE = 8 * 1024;

  /** The most characters of all headers of a frame. */
  static final int MAX_HEADER_CHARS = 64 * 1024;

  /** The room that is kept for the next frame, in characters. */
  private static final int KEPT = 256;

  /** What a header takes besides its characters, in bytes of heap. */
  static final int OF_HEADER = 160;

  /** One character above this makes all characters of its text take two bytes each. */
  private static final char LATIN1 = 0xff;

  private enum State {
    /** Only line ends may come before a command: those are beats. */
    BETWEEN,
    COMMAND,
    HEADERS,
    BODY,
    /** The body is as long as its content-length said; a NUL must follow. */
    END
  }

  private final int maxBodyBytes;
  private Version version = Version.V1_0;
  private State state = State.BETWEEN;
  private String text = "";
  private int at;

  private final StringBuilder line = new StringBuilder();
  private String command = "";
  private Map<String, String> headers = new LinkedHashMap<>();
  private int headerCount;
  private int headerChars;
  private final StringBuilder body = new StringBuilder();
  private int bodyBytes;

  /** The frame has characters above {@link #LATIN1}. */
  private boolean wide;

  /** The length that a body must have, in bytes of UTF-8; -1 if it ends at the first NUL. */
  private int contentLength = -1;

  /** @param maxBodyBytes the largest body, in bytes of UTF-8 */
  FrameReader(int maxBodyBytes) {
    this.maxBodyBytes = maxBodyBytes;
  }

  /** Sets how the headers of the next frames are escaped. */
  void version(Version agreed) {
    version = agreed;
  }

  /** Returns about how many bytes of heap a frame takes that has begun and not ended; 0 if none. */
  long kept() {
    if (state == State.BETWEEN) {
      return 0;
    }
    long chars = command.length() + headerChars + line.capacity() + body.capacity();
    return (wide ? 2 * chars : chars) + (long) headerCount * OF_HEADER;
  }

  /** Returns the receipt that the frame asks for which has begun; null if none was read yet. */
  @Nullable
  String receipt() {
    return headers.get("receipt");
  }

  /** Takes one message. Call {@link #next} until it returns null before the next one. */
  void take(String message) {
    text = message;
    at = 0;
  }

  /**
   * Returns the next whole frame, or null if the message has been read to its end.
   *
   * @throws BadFrame if it is not STOMP; nothing can be read after that
   */
  @Nullable
  Frame next() throws BadFrame {
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (accept(c)) {
        return frame();
      }
    }
    text = "";
    return null;
  }

  /** Takes one character; returns whether it ends a frame. */
  private boolean accept(char c) throws BadFrame {
    switch (state) {
      case BETWEEN -> {
        if (c == '\0') {
          throw new BadFrame("NUL must come at the end of a frame, not between two");
        }
        if (c != '\n' && c != '\r') {
          state = State.COMMAND;
          append(c);
        }
      }
      case COMMAND -> {
        if (c == '\n') {
          command = takeLine();
          state = State.HEADERS;
        } else {
          append(c);
        }
      }
      case HEADERS -> {
        if (c == '\n') {
          header(takeLine());
        } else {
          append(c);
        }
      }
      case BODY -> {
        return acceptBody(c);
      }
      case END -> {
        if (c != '\0') {
          throw new BadFrame(
              "content-length must count the bytes of the body, after which NUL comes",
              String.valueOf(contentLength));
        }
        return true;
      }
    }
    return false;
  }

  private void append(char c) throws BadFrame {
    if (c == '\0') {
      throw new BadFrame(
          "NUL must come after an empty line and the body, not in the line of " + field());
    }
    if (line.length() >= MAX_LINE) {
      throw new BadFrame(field() + " must have at most " + MAX_LINE + " characters in its line");
    }
    wide |= c > LATIN1;
    line.append(c);
  }

  /** Returns what the line that is being read is about; never the value of a header. */
  private String field() {
    if (line.isEmpty()) {
      return Excerpt.of(command);
    }
    int colon = state == State.HEADERS ? line.indexOf(":") : -1;
    return Excerpt.of(colon < 0 ? line.toString() : line.substring(0, colon));
  }

  /** Returns the line without its end, of which a carriage return may be part. */
  private String takeLine() {
    int length = line.length();
    if (length > 0 && line.charAt(length - 1) == '\r') {
      length--;
    }
    String whole = line.substring(0, length);
    line.setLength(0);
    return whole;
  }

  private void header(String whole) throws BadFrame {
    if (whole.isEmpty()) {
      contentLength = contentLength();
      state = contentLength == 0 ? State.END : State.BODY;
      return;
    }
    headerChars += whole.length();
    if (headerChars > MAX_HEADER_CHARS) {
      throw new BadFrame(
          "all headers must have at most " + MAX_HEADER_CHARS + " characters",
          String.valueOf(headerChars));
    }
    if (++headerCount > MAX_HEADERS) {
      throw new BadFrame(
          "a frame must have at most " + MAX_HEADERS + " headers", String.valueOf(headerCount));
    }
    int colon = whole.indexOf(':');
    if (colon < 1) {
      throw new BadFrame("a header must be a name, a colon and a value", whole);
    }
    Version escapes = isConnect(command) ? Version.V1_0 : version;
    String sent = whole.substring(0, colon);
    String name = escapes.unescape(sent, sent);
    String value = escapes.unescape(whole.substring(colon + 1), sent);
    if (version == Version.V1_0 && !isConnect(command)) { // 1.0 says nothing of spaces, clients add
      name = name.strip();
      value = value.strip();
    }
    headers.putIfAbsent(name, value);
  }

  static boolean isConnect(String command) {
    return command.equals("CONNECT") || command.equals("STOMP");
  }

  private int contentLength() throws BadFrame {
    String length = headers.get("content-length");
    if (length == null) {
      return -1;
    }
    String digits = length.strip();
    int bytes = digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : -1;
    if (bytes < 0 || bytes > maxBodyBytes) {
      throw new BadFrame("content-length must be a whole number from 0 to " + maxBodyBytes, length);
    }
    return bytes;
  }

  private boolean acceptBody(char c) throws BadFrame {
    if (c == '\0' && contentLength < 0) {
      return true;
    }
    bodyBytes += bytes(c);
    if (bodyBytes > (contentLength < 0 ? maxBodyBytes : contentLength)) {
      throw contentLength < 0
          ? new BadFrame(
              "a body must have at most " + maxBodyBytes + " bytes", bodyBytes + " or more")
          : new BadFrame(
              "content-length must not end within a character", String.valueOf(contentLength));
    }
    wide |= c > LATIN1;
    body.append(c);
    if (bodyBytes == contentLength) {
      state = State.END;
    }
    return false;
  }

  /** Returns how many bytes of UTF-8 a character takes; each half of a pair counts as two. */
  private static int bytes(char c) {
    if (c < 0x80) {
      return 1;
    }
    return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
  }

  private Frame frame() {
    Frame frame = new Frame(command, headers, body.toString());
    headers = new LinkedHashMap<>();
    headerCount = 0;
    headerChars = 0;
    empty(body);
    empty(line);
    bodyBytes = 0;
    wide = false;
    contentLength = -1;
    state = State.BETWEEN;
    return frame;
  }

  /** Empties it. An idle line need not keep the room of a large frame. */
  private static void empty(StringBuilder text) {
    text.setLength(0);
    if (text.capacity() > KEPT) {
      text.trimToSize();
    }
  }
}
