package io.heartline.protocol;

import org.jspecify.annotations.Nullable;

/** Says of an HTTP request whether a body comes with it, RFC 9112 section 6. */
public final class DeclaredBody {
  private DeclaredBody() {}

  /**
   * Returns whether a request has a body; it need not have arrived yet.
   *
   * @param length the Content-Length; -1 if there is none
   * @param transferEncoding the header Transfer-Encoding; null if absent
   */
  public static boolean in(long length, @Nullable String transferEncoding) {
    return length > 0 || (length < 0 && transferEncoding != null);
  }
}
