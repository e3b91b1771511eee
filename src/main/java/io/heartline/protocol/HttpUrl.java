package io.heartline.protocol;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** URLs that servers are called at, as settings have them. They are logged. */
public final class HttpUrl {
  private HttpUrl() {}

  /**
   * Returns a URL, or null if {@code text} is none that may be set: http or https, with a host, and
   * without a user, a query or a fragment.
   */
  public static @Nullable URI parse(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      return null;
    }
    return url.getScheme() == null
            || !url.getScheme().toLowerCase(Locale.ROOT).matches("https?")
            || url.getHost() == null
            || url.getUserInfo() != null
            || url.getQuery() != null
            || url.getFragment() != null
        ? null
        : url;
  }
}
