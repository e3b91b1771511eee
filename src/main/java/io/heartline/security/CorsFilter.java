package io.heartline.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Lets pages of other origins read what they ask for, if they may open lines too. It refuses
 * nothing: whatever this does not allow, browsers keep from the page. See <a
 * href="https://fetch.spec.whatwg.org/#http-cors-protocol">the CORS protocol</a>.
 */
public final class CorsFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  /** How long browsers remember that a page may ask, in seconds. */
  private static final String REMEMBERED = "600";

  private final transient Origins origins;
  private final transient Networks trustedProxies;

  /** @param trustedProxies proxies whose forwarded headers we trust */
  public CorsFilter(Origins origins, Networks trustedProxies) {
    this.origins = origins;
    this.trustedProxies = trustedProxies;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    response.setHeader("Vary", "Origin"); // caches keep an answer for each page, also for none
    String origin = request.getHeader("Origin");
    if (origin != null && new Caller(request).allowedBy(origins, trustedProxies)) {
      response.setHeader("Access-Control-Allow-Origin", origin);
      response.setHeader("Access-Control-Allow-Credentials", "true");
      response.setHeader("Access-Control-Expose-Headers", "Retry-After");
      if (request.getMethod().equals("OPTIONS")) {
        response.setHeader("Access-Control-Allow-Methods", "GET, POST");
        response.setHeader(
            "Access-Control-Allow-Headers",
            "Authorization, Cache-Control, Content-Type, Last-Event-ID");
        response.setHeader("Access-Control-Max-Age", REMEMBERED);
      }
    }
    chain.doFilter(request, response);
  }
}
