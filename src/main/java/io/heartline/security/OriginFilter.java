package io.heartline.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Predicate;

/** Refuses foreign pages, whatever they ask of a door. */
public final class OriginFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private final transient Origins origins;
  private final transient Networks trustedProxies;
  private final transient Refused refused;
  private final transient Predicate<HttpServletRequest> frames;
  private final transient Predicate<HttpServletRequest> framed;
  private final transient Predicate<HttpServletRequest> scripts;

  /**
   * @param trustedProxies proxies whose forwarded headers we trust
   * @param refused is told of those that are refused
   * @param frames whether it is the page that clients put into a frame. Browsers ask for it without
   *     an Origin, so every page gets it. But inside, its requests come from our own origin,
   *     whoever is around it. So browsers are told which pages may be
   * @param framed whether browsers of long ago show the answer to a page inside a frame
   * @param scripts whether it is a script, which may be for a page of another origin
   */
  public OriginFilter(
      Origins origins,
      Networks trustedProxies,
      Refused refused,
      Predicate<HttpServletRequest> frames,
      Predicate<HttpServletRequest> framed,
      Predicate<HttpServletRequest> scripts) {
    this.origins = origins;
    this.trustedProxies = trustedProxies;
    this.refused = refused;
    this.frames = frames;
    this.framed = framed;
    this.scripts = scripts;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    boolean page = frames.test(request);
    if (page || framed.test(request)) {
      response.setHeader(HeadersFilter.POLICY, origins.frameAncestors());
    }
    if (page || allowed(request)) {
      chain.doFilter(request, response);
    } else {
      refused.foreignPage(request);
      refuse(response, HttpServletResponse.SC_FORBIDDEN, "this origin may not connect");
    }
  }

  private boolean allowed(HttpServletRequest request) {
    Caller caller = new Caller(request);
    return scripts.test(request)
        ? caller.isScriptAllowedBy(origins, trustedProxies)
        : caller.allowedBy(origins, trustedProxies);
  }

  static void refuse(HttpServletResponse response, int status, String why) throws IOException {
    response.setStatus(status);
    response.setContentType("text/plain;charset=UTF-8");
    response.getWriter().println(why);
  }
}
