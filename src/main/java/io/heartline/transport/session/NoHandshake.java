package io.heartline.transport.session;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * A request that is not for a WebSocket door, without its {@code Upgrade}. Some proxies send that
 * header with every request. Undertow takes any request with it for a handshake if the rest fits.
 */
final class NoHandshake extends HttpServletRequestWrapper {
  static final String UPGRADE = "Upgrade";

  NoHandshake(HttpServletRequest request) {
    super(request);
  }

  @Override
  public @Nullable String getHeader(String name) {
    return UPGRADE.equalsIgnoreCase(name) ? null : super.getHeader(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return UPGRADE.equalsIgnoreCase(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    return Collections.enumeration(Collections.list(super.getHeaderNames()).stream()
        .filter(name -> !UPGRADE.equalsIgnoreCase(name))
        .toList());
  }
}
