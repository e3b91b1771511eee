package io.heartline.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Tells browsers to do nothing with an answer but to hand it to the page that asked: not to guess
 * its type, not to show it as a page with scripts, not to show it inside another page, not to tell
 * others its address. What is a page says later what it may do instead.
 */
public final class HeadersFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  /** What a page may load, and who may have it in a frame. */
  static final String POLICY = "Content-Security-Policy";

  private static final String NOTHING =
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    if (!isScript(request)) {
      response.setHeader(POLICY, NOTHING);
    }
    chain.doFilter(request, response);
  }

  /** A worker may do what the policy of its script says, and nobody sees a script as a page. */
  private static boolean isScript(HttpServletRequest request) {
    String path = request.getRequestURI();
    return path.endsWith(".js") || path.endsWith(".mjs");
  }
}
