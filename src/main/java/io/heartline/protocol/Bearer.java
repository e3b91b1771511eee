package io.heartline.protocol;

import org.jspecify.annotations.Nullable;

/** The scheme of an {@code Authorization} in which a token or a key is sent (RFC 6750). */
public final class Bearer {
  private static final String SCHEME = "Bearer ";

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
}
