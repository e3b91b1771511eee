package io.heartline.security;

import io.heartline.engine.Authenticator;
import io.heartline.model.OneLine;
import io.heartline.protocol.HeaderList;
import io.heartline.protocol.Query;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.security.Principal;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an HTTP request says about who sent it and from where. */
public final class Caller implements Authenticator.Credentials {
  /** The parameter that holds a ticket. */
  private static final String TICKET = "ticket";

  private static final List<String> SCHEME_HEADERS =
      List.of("X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Scheme");

  private static final Pattern WITH_PORT =
      Pattern.compile("\\[(.*)](?::\\d+)?|(\\d+(?:\\.\\d+){3}):\\d+");

  /** What proxies call the two schemes; some name that of the WebSocket. */
  private static final Map<String, String> SCHEMES =
      Map.of("https", "https", "wss", "https", "http", "http", "ws", "http");

  /** What stands before the path of a URL. */
  private static final Pattern URL_ORIGIN = Pattern.compile("([^/?#]+://[^/?#]*)([/?#].*)?");

  private final HttpServletRequest request;

  /** Whether its URL may hold a ticket. */
  private final boolean atDoor;

  public Caller(HttpServletRequest request) {
    this(request, false);
  }

  private Caller(HttpServletRequest request, boolean atDoor) {
    this.request = request;
    this.atDoor = atDoor;
  }

  /** Returns the caller of a door that opens one line with one request. */
  public static Caller atDoor(HttpServletRequest request) {
    return new Caller(request, true);
  }

  @Override
  public @Nullable String ticket() {
    return atDoor ? Query.parse(request.getQueryString()).one(TICKET) : null;
  }

  @Override
  public @Nullable String principal() {
    Principal principal = request.getUserPrincipal();
    return principal == null ? null : principal.getName();
  }

  @Override
  public @Nullable String peer() {
    return request.getRemoteAddr();
  }

  @Override
  public @Nullable Object sessionAttribute(String name) {
    HttpSession session = request.getSession(false);
    try {
      return session == null ? null : session.getAttribute(name);
    } catch (IllegalStateException e) { // it has just ended
      return null;
    }
  }

  @Override
  public List<String> header(String name) {
    return Collections.list(request.getHeaders(name));
  }

  /** Returns the value of a header that has only one; empty if it is absent or given twice. */
  private Optional<String> only(String header) {
    List<String> lines = header(header);
    return lines.size() == 1 ? Optional.of(lines.get(0)) : Optional.empty();
  }

  /**
   * Returns {@code http} or {@code https}, whichever the client used: as a trusted proxy says, or
   * else by the port in its Host header, or else by the container.
   */
  public String scheme(Networks trustedProxies) {
    if (trustedProxies.contain(request.getRemoteAddr())) {
      for (String header : SCHEME_HEADERS) {
        // Each proxy may add its own behind those before it, so the first is the client's.
        String value = HeaderList.of(header(header)).first();
        String scheme = value == null ? null : SCHEMES.get(value.toLowerCase(Locale.ROOT));
        if (scheme != null) {
          return scheme;
        }
      }
    }
    if (only("Host").filter(host -> host.endsWith(":443")).isPresent()) {
      return "https";
    }
    String scheme = request.getScheme().toLowerCase(Locale.ROOT); // some take it from a header
    return SCHEMES.getOrDefault(scheme, scheme);
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
    List<String> forwarded = HeaderList.of(header("X-Forwarded-For")).elements();
    for (int i = forwarded.size() - 1; i >= 0 && trustedProxies.contain(address); i--) {
      address = withoutPort(forwarded.get(i));
    }
    return OneLine.of(address);
  }

  /**
   * Returns the same address if a trusted proxy says it, so that it is the client's own; null if
   * the other end of the connection may be a proxy itself, or does not say who is behind it.
   */
  public @Nullable String told(Networks trustedProxies) {
    String address = address(trustedProxies);
    String peer = request.getRemoteAddr();
    boolean told = peer != null && trustedProxies.contain(peer) && !trustedProxies.contain(address);
    return told ? address : null;
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
    if (header("Origin").isEmpty()) {
      return header("Sec-Fetch-Site").stream()
          .allMatch(site -> site.equals("same-origin") || site.equals("none"));
    }
    // Who sends one of them twice wants two readers to see two different ones.
    Optional<String> origin = only("Origin");
    Optional<String> host = only("Host");
    return origin.isPresent()
        && host.isPresent()
        && origins.allow(origin.get(), scheme(trustedProxies), host.get());
  }

  /**
   * Returns whether this is a script for a page that may have it. Browsers send no Origin for a
   * script. Newer ones say whether it is for a page of our own; all name the page, or at least its
   * origin, in Referer, unless the page forbids it.
   */
  public boolean isScriptAllowedBy(Origins origins, Networks trustedProxies) {
    boolean said = !header("Origin").isEmpty() || !header("Sec-Fetch-Site").isEmpty();
    if (said && allowedBy(origins, trustedProxies)) {
      return true;
    }
    Optional<String> page =
        only("Referer").map(URL_ORIGIN::matcher).filter(Matcher::matches).map(url -> url.group(1));
    Optional<String> host = only("Host");
    return header("Origin").isEmpty()
        && page.isPresent()
        && host.isPresent()
        && origins.allow(page.get(), scheme(trustedProxies), host.get());
  }
}
