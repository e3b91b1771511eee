package io.heartline.transport.sockjs;

import io.heartline.protocol.StrictUtf8;
import java.nio.charset.CharacterCodingException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a URL below a base asks for. It is read as it was sent: containers drop empty parts of a
 * path, which make it another one here.
 *
 * @param session the id of the session; empty unless it is about one
 * @param transport null unless it is about a session
 */
record SockJsPath(Kind kind, String session, @Nullable Transport transport) {
  enum Kind {
    GREETING,
    INFO,
    IFRAME,
    RAW_WEBSOCKET,
    SESSION,
    /** There is nothing. */
    UNKNOWN
  }

  private static final Pattern IFRAME = Pattern.compile("/iframe[0-9-.a-z_]*\\.html");

  /** The longest id of a session, in characters as it is in the URL. */
  private static final int MAX_PART = 256;

  private static final SockJsPath UNKNOWN = of(Kind.UNKNOWN);

  private static SockJsPath of(Kind kind) {
    return new SockJsPath(kind, "", null);
  }

  /** @param path what follows the base, as it was sent */
  static SockJsPath parse(String path) {
    return switch (path) {
      case "", "/" -> of(Kind.GREETING);
      case "/info" -> of(Kind.INFO);
      case "/websocket" -> of(Kind.RAW_WEBSOCKET);
      default -> isIframe(path) ? of(Kind.IFRAME) : session(path);
    };
  }

  /**
   * Returns whether the body of a request with this method is read. The container would make a
   * thread wait for any other.
   */
  boolean takesBody(String method) {
    return transport != null && transport.sends() && method.equals(transport.method());
  }

  static boolean isIframe(String path) {
    return IFRAME.matcher(path).matches();
  }

  private static SockJsPath session(String path) {
    String[] parts = path.split("/", -1);
    if (parts.length != 4 || !parts[0].isEmpty()) {
      return UNKNOWN;
    }
    Transport transport = Transport.named(parts[3]);
    String server = part(parts[1]);
    String session = part(parts[2]);
    return transport == null || server == null || session == null
        ? UNKNOWN
        : new SockJsPath(Kind.SESSION, session, transport);
  }

  /** Returns a part without its percent-encoding; null if it is not allowed. */
  private static @Nullable String part(String raw) {
    if (raw.isEmpty() || raw.length() > MAX_PART || raw.indexOf('.') >= 0) {
      return null;
    }
    byte[] bytes = new byte[raw.length()];
    int size = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      int value = c;
      if (c == '%') {
        value = i + 2 < raw.length() ? 16 * hex(raw.charAt(i + 1)) + hex(raw.charAt(i + 2)) : -1;
        i += 2;
      }
      if (value < 0 || value > 0xff || value == '/' || value == '.') {
        return null;
      }
      bytes[size++] = (byte) value;
    }
    try {
      return StrictUtf8.decode(bytes, size);
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Returns a number far below zero for what is not a digit. */
  private static int hex(char c) {
    int digit = c < 0x80 ? Character.digit(c, 16) : -1;
    return digit < 0 ? -1000 : digit;
  }
}
