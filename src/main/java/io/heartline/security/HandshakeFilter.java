package io.heartline.security;

import io.heartline.engine.Engine;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Refuses clients before the upgrade, where that is cheap: foreign pages, and everybody while the
 * server is full, draining or stopping.
 */
public final class HandshakeFilter implements Filter {
  private final Engine engine;
  private final Origins origins;
  private final Networks trustedProxies;
  private final Refused refused;

  /**
   * @param trustedProxies proxies whose forwarded headers we trust
   * @param refused is told of those that are refused; not while the server is draining or stopping,
   *     when that is only to be expected
   */
  public HandshakeFilter(Engine engine, Origins origins, Networks trustedProxies, Refused refused) {
    this.engine = engine;
    this.origins = origins;
    this.trustedProxies = trustedProxies;
    this.refused = refused;
  }

  @Override
  public void doFilter(
      ServletRequest plainRequest, ServletResponse plainResponse, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest request = (HttpServletRequest) plainRequest;
    HttpServletResponse response = (HttpServletResponse) plainResponse;
    boolean ready = engine.ready();
    if (!new Caller(request).allowedBy(origins, trustedProxies)) {
      refused.foreignPage(request);
      refuse(response, HttpServletResponse.SC_FORBIDDEN, "this origin may not connect");
    } else if (!ready || !engine.hasRoom()) {
      if (ready) {
        refused.noRoom(request, engine.limits().lines());
      }
      response.setHeader("Retry-After", "5");
      refuse(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "no room or stopping");
    } else {
      chain.doFilter(request, response);
    }
  }

  private static void refuse(HttpServletResponse response, int status, String why)
      throws IOException {
    response.setStatus(status);
    response.setContentType("text/plain;charset=UTF-8");
    response.getWriter().println(why);
  }
}
