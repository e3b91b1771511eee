package io.heartline.security;

import io.heartline.engine.Authenticator;
import io.heartline.model.OneLine;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an HTTP request says about who sent it and from where. */
public final class Caller implements Authenticator.Credentials {
  private static final List<String> SCHEME_HEADERS =
      List.of("X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Scheme");

  private static final Pattern WITH_PORT =
      Pattern.compile("\\[(.*)](?::\\d+)?|(\\d+(?:\\.\\d+){3}):\\d+");

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
   * Returns where the client is, fit for a log line. This is the address of the other end of the
   * connection. If that is a trusted proxy, then it is the last address in {@code X-Forwarded-For}
   * that is not one too: anybody can send what stands in front of it.
   */
  public String address(Networks trustedProxies) {
    String address = request.getRemoteAddr();
    if (address == null) { // a socket of the file system
      return "an unknown address";
    }
    List<String> forwarded = header("X-Forwarded-For").stream()
        .flatMap(line -> Arrays.stream(line.split(",", -1)))
        .map(String::strip)
        .filter(one -> !one.isEmpty())
        .toList();
    for (int i = forwarded.size() - 1; i >= 0 && trustedProxies.contain(address); i--) {
      address = withoutPort(forwarded.get(i));
    }
    return OneLine.of(address);
  }

  /** Some proxies add the client's port. */
  private static String withoutPort(String address) {
    Matcher withPort = WITH_PORT.matcher(address);
    return withPort.matches()
        ? Objects.requireNonNullElse(withPort.group(1), withPort.group(2))
        : address;
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
