package io.heartline.security;

import io.heartline.engine.Authenticator;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an HTTP request says about who sent it and from where. */
public final class Caller implements Authenticator.Credentials {
  private static final List<String> SCHEME_HEADERS =
      List.of("X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Scheme");

  private final HttpServletRequest request;

  public Caller(HttpServletRequest request) {
    this.request = request;
  }

  @Override
  public @Nullable String principal() {
    Principal principal = request.getUserPrincipal();
    return principal == null ? null : principal.getName();
  }

  @Override
  public List<String> header(String name) {
    return Collections.list(request.getHeaders(name));
  }

  /**
   * Returns {@code http} or {@code https}, whichever the client used: as a trusted proxy says, or
   * else by the port in its Host header, or else by the container.
   */
  public String scheme(Networks trustedProxies) {
    if (trustedProxies.contain(request.getRemoteAddr())) {
      for (String header : SCHEME_HEADERS) {
        String value = request.getHeader(header);
        if (value != null && (value.equalsIgnoreCase("https") || value.equalsIgnoreCase("http"))) {
          return value.toLowerCase(Locale.ROOT);
        }
      }
    }
    String host = request.getHeader("Host");
    return host != null && host.endsWith(":443") ? "https" : request.getScheme();
  }

  /**
   * Returns whether this comes from a page that may send it, or from no page at all. Requests for
   * what a page embeds, such as an image, have no Origin. For these, browsers say whose page it is:
   * https://www.w3.org/TR/fetch-metadata/.
   */
  public boolean allowedBy(Origins origins, Networks trustedProxies) {
    String origin = request.getHeader("Origin");
    if (origin == null) {
      String site = request.getHeader("Sec-Fetch-Site");
      return site == null || site.equals("same-origin") || site.equals("none");
    }
    String host = request.getHeader("Host");
    return host != null && origins.allow(origin, scheme(trustedProxies), host);
  }
}
