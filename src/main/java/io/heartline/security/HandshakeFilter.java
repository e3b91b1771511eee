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
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Refuses clients before the upgrade, where that is cheap: foreign pages, and everybody while the
 * server is full, draining or stopping.
 */
public final class HandshakeFilter implements Filter {
  private static final Logger LOG = System.getLogger(HandshakeFilter.class.getName());

  private final Engine engine;
  private final Origins origins;
  private final Networks trustedProxies;

  /** @param trustedProxies proxies whose forwarded headers we trust */
  public HandshakeFilter(Engine engine, Origins origins, Networks trustedProxies) {
    this.engine = engine;
    this.origins = origins;
    this.trustedProxies = trustedProxies;
  }

  @Override
  public void doFilter(
      ServletRequest plainRequest, ServletResponse plainResponse, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest request = (HttpServletRequest) plainRequest;
    HttpServletResponse response = (HttpServletResponse) plainResponse;
    Caller caller = new Caller(request);
    if (!caller.allowedBy(origins, trustedProxies)) {
      LOG.log(Level.WARNING, () -> why(request, caller));
      refuse(response, HttpServletResponse.SC_FORBIDDEN, "this origin may not connect");
    } else if (!engine.ready() || !engine.hasRoom()) {
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

  private String why(HttpServletRequest request, Caller caller) {
    String origin = request.getHeader("Origin");
    return origin == null
        ? "403 for what a foreign page embeds, or a proxy removed Origin: Sec-Fetch-Site is "
            + clean(request.getHeader("Sec-Fetch-Site"))
        : "403 for a page from origin %s: this server is %s://%s; if they belong together, add the origin to heartline.origins"
            .formatted(
                clean(origin), caller.scheme(trustedProxies), clean(request.getHeader("Host")));
  }

  /** Cleans a header for the log: anybody can send line breaks and control characters. */
  private static String clean(@Nullable String header) {
    if (header == null) {
      return "(none)";
    }
    String cut = header.length() > 256 ? header.substring(0, 256) : header;
    return cut.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
