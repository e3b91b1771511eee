package io.heartline.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Turns away new lines before the upgrade, where that is cheap. */
public final class RoomFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private final transient Turnstile turnstile;

  public RoomFilter(Turnstile turnstile) {
    this.turnstile = turnstile;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    int seconds = turnstile.comeBackIn(request);
    if (seconds == 0) {
      chain.doFilter(request, response);
      return;
    }
    response.setHeader("Retry-After", String.valueOf(seconds));
    OriginFilter.refuse(
        response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "no room or stopping");
  }
}
