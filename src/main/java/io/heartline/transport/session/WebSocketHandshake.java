package io.heartline.transport.session;

import io.heartline.protocol.Bearer;
import io.heartline.protocol.HeaderList;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.Principal;
import java.util.Base64;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket handshake (RFC 6455, 4.2.1) as the container's WebSocket layer sees it: complete, in
 * its plainest form, and with nothing of its sender's that this layer does not need.
 *
 * <p>Containers differ in what they take for a handshake, and they fail on addresses, parameters,
 * extensions and hosts that they cannot read, after the answer or with a stack trace. So we decide
 * what is a handshake, and they see nothing that they could read differently. It has no user and no
 * session either: the container would close the line when they end.
 */
final class WebSocketHandshake extends HttpServletRequestWrapper {
  static final int UPGRADE_REQUIRED = 426;

  /** Why a request is not a handshake: the status of the answer and the rule. */
  record Problem(int status, String rule) {}

  private static final String UPGRADE = "Upgrade";
  private static final String CONNECTION = "Connection";
  private static final String VERSION = "Sec-WebSocket-Version";
  private static final String KEY = "Sec-WebSocket-Key";
  private static final String PROTOCOL = "Sec-WebSocket-Protocol";
  private static final String HOST = "Host";

  /** The headers that are not passed on as they came, in lower case. */
  private static final Set<String> WRITTEN = Set.of(
      "upgrade",
      "connection",
      "host",
      "sec-websocket-version",
      "sec-websocket-protocol",
      "sec-websocket-extensions");

  /** Length of a key: 16 bytes in base64. */
  private static final int KEY_CHARS = 24;

  /** The version of the protocol, and the only one (RFC 6455). */
  static final String VERSION_13 = "13";

  /** The headers that are written by us, by their names. */
  private final Map<String, String> written = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  private final String uri;

  /**
   * @param request one without a {@link #problem}
   * @param path the door's, below the context
   */
  WebSocketHandshake(HttpServletRequest request, String path) {
    super(request);
    uri = encoded(request.getServletContext().getContextPath() + path);
    written.put(UPGRADE, "websocket");
    written.put(CONNECTION, UPGRADE);
    written.put(VERSION, VERSION_13);
    written.put(HOST, "localhost");
    HeaderList protocols =
        list(request, PROTOCOL).tokens().without(Bearer::isSubprotocol); // never to be echoed
    if (!protocols.elements().isEmpty()) {
      written.put(PROTOCOL, protocols.toString());
    }
  }

  private static String encoded(String path) {
    try {
      return new URI(null, null, path, null).getRawPath();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a path can always be encoded: " + path, e);
    }
  }

  /** Returns why a request is not a handshake; null if it is one. */
  static @Nullable Problem problem(HttpServletRequest request) {
    if (!request.getMethod().equals("GET")
        || !request.getProtocol().startsWith("HTTP/1.")
        || !list(request, UPGRADE).has("websocket")) {
      return new Problem(
          UPGRADE_REQUIRED, "this is the address of a WebSocket; a proxy may have dropped Upgrade");
    }
    if (!list(request, CONNECTION).has(UPGRADE)) {
      return new Problem(400, "Connection must contain Upgrade; a proxy may have dropped it");
    }
    if (!list(request, VERSION).has(VERSION_13)) {
      return new Problem(UPGRADE_REQUIRED, VERSION + " must be " + VERSION_13);
    }
    List<String> keys = Collections.list(request.getHeaders(KEY));
    return keys.size() == 1 && isKey(keys.get(0))
        ? null
        : new Problem(400, KEY + " must be given once, as 16 bytes in base64");
  }

  private static boolean isKey(String text) {
    try {
      return text.length() == KEY_CHARS && Base64.getDecoder().decode(text).length == 16;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static HeaderList list(HttpServletRequest request, String header) {
    return HeaderList.of(Collections.list(request.getHeaders(header)));
  }

  @Override
  public @Nullable String getHeader(String name) {
    return isWritten(name) ? written.get(name) : super.getHeader(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    if (!isWritten(name)) {
      return super.getHeaders(name);
    }
    String value = written.get(name);
    return Collections.enumeration(value == null ? List.of() : List.of(value));
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    return Collections.enumeration(Collections.list(super.getHeaderNames()).stream()
        .filter(name -> !isWritten(name) || written.containsKey(name))
        .toList());
  }

  private static boolean isWritten(String header) {
    return WRITTEN.contains(header.toLowerCase(Locale.ROOT));
  }

  @Override
  public String getRequestURI() {
    return uri;
  }

  @Override
  public String getServerName() {
    return "localhost";
  }

  @Override
  public @Nullable String getQueryString() {
    return null;
  }

  @Override
  public @Nullable String getParameter(String name) {
    return null;
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    return Map.of();
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return Collections.emptyEnumeration();
  }

  @Override
  public String @Nullable [] getParameterValues(String name) {
    return null;
  }

  @Override
  public @Nullable Principal getUserPrincipal() {
    return null;
  }

  @Override
  public @Nullable String getRemoteUser() {
    return null;
  }

  @Override
  public @Nullable HttpSession getSession(boolean create) {
    return create ? super.getSession(true) : null;
  }
}
