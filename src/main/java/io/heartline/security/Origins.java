package io.heartline.security;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which pages may connect: those of the server itself, and those on a list. Browsers send
 * {@code Origin} with every WebSocket handshake, and cookies too, whichever page asked. So this
 * check is what keeps foreign pages from acting as our users.
 */
public final class Origins {
  /** Scheme, host and port, compared as a whole. */
  private record Origin(String scheme, String host, int port) {}

  private final Set<Origin> allowed;

  /**
   * @param allowed such as {@code https://app.example.com} or {@code http://localhost:3000}
   * @throws IllegalArgumentException with the rule if one is not an origin
   */
  public Origins(List<String> allowed) {
    this.allowed = allowed.stream()
        .map(text -> parse(text)
            .orElseThrow(() -> new IllegalArgumentException(
                "must be origins such as https://app.example.com, without a path")))
        .collect(Collectors.toSet());
  }

  /**
   * Returns whether a page from {@code origin} may talk to this server, which it knows as
   * {@code scheme://host}.
   *
   * @param host as in the {@code Host} header, with or without a port
   */
  public boolean allow(String origin, String scheme, String host) {
    Optional<Origin> page = parse(origin);
    return page.isPresent()
        && (page.equals(parse(scheme + "://" + host)) || allowed.contains(page.get()));
  }

  private static Optional<Origin> parse(String text) {
    try {
      URI uri = new URI(text);
      String path = uri.getRawPath();
      boolean bare = (path == null || path.isEmpty())
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
      if (uri.getScheme() == null
          || uri.getHost() == null
          || uri.getRawUserInfo() != null
          || !bare) {
        return Optional.empty();
      }
      String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
      String host = uri.getHost().toLowerCase(Locale.ROOT);
      return Optional.of(
          new Origin(scheme, host, uri.getPort() < 0 ? defaultPort(scheme) : uri.getPort()));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static int defaultPort(String scheme) {
    return switch (scheme) {
      case "https", "wss" -> 443;
      case "http", "ws" -> 80;
      default -> -1;
    };
  }
}
