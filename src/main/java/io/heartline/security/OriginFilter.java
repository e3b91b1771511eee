package io.heartline.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Refuses foreign pages, whatever they ask of a door. */
public final class OriginFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private final transient Origins origins;
  private final transient Networks trustedProxies;
  private final transient Refused refused;

  /**
   * @param trustedProxies proxies whose forwarded headers we trust
   * @param refused is told of those that are refused
   */
  public OriginFilter(Origins origins, Networks trustedProxies, Refused refused) {
    this.origins = origins;
    this.trustedProxies = trustedProxies;
    this.refused = refused;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (new Caller(request).allowedBy(origins, trustedProxies)) {
      chain.doFilter(request, response);
    } else {
      refused.foreignPage(request);
      refuse(response, HttpServletResponse.SC_FORBIDDEN, "this origin may not connect");
    }
  }

  static void refuse(HttpServletResponse response, int status, String why) throws IOException {
    response.setStatus(status);
    response.setContentType("text/plain;charset=UTF-8");
    response.getWriter().println(why);
  }
}
