package io.heartline.protocol;

import org.jspecify.annotations.Nullable;

/**
 * How a token or a key is sent with a request: in an {@code Authorization} of this scheme (RFC
 * 6750), or in place of a subprotocol, which is all that a browser's WebSocket can say.
 */
public final class Bearer {
  private static final String SCHEME = "Bearer ";

  /** Stands before a token in a list of subprotocols. */
  private static final String SUBPROTOCOL = "bearer.";

  private Bearer() {}

  /**
   * Returns what stands behind the scheme; null if the header is absent or of another scheme.
   *
   * @param authorization the header's value, null if it is absent
   */
  public static @Nullable String token(@Nullable String authorization) {
    return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? authorization.substring(SCHEME.length()).strip()
        : null;
  }

  /** Returns whether what stands in a list of subprotocols is a token. It must not be echoed. */
  public static boolean isSubprotocol(String element) {
    return element.regionMatches(true, 0, SUBPROTOCOL, 0, SUBPROTOCOL.length());
  }

  /** Returns the token in an element of a list of subprotocols; null if it is something else. */
  public static @Nullable String ofSubprotocol(String element) {
    return isSubprotocol(element) ? element.substring(SUBPROTOCOL.length()) : null;
  }
}
