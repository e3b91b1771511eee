package io.heartline.security;

import io.heartline.engine.Engine;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Refuses new lines before the upgrade, where that is cheap, while the server is full, draining or
 * stopping.
 */
public final class RoomFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private final transient Engine engine;
  private final transient Refused refused;

  /**
   * @param refused is told of those that are refused; not while the server is draining or stopping,
   *     when that is only to be expected
   */
  public RoomFilter(Engine engine, Refused refused) {
    this.engine = engine;
    this.refused = refused;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    boolean ready = engine.ready();
    if (ready && engine.hasRoom()) {
      chain.doFilter(request, response);
      return;
    }
    if (ready) {
      refused.noRoom(request, engine.limits().lines());
    }
    response.setHeader("Retry-After", "5");
    OriginFilter.refuse(
        response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "no room or stopping");
  }
}
