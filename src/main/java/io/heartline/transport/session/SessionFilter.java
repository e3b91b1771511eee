package io.heartline.transport.session;

import io.heartline.engine.Authenticator;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.security.Principal;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who asks for an upgrade, then hides it from the container; gives a session its interval
 * back at any other request.
 */
public final class SessionFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private final transient Authenticator authenticator;
  private final transient Function<HttpServletRequest, Authenticator.Credentials> credentials;

  /** @param credentials reads them from a request */
  public SessionFilter(
      Authenticator authenticator,
      Function<HttpServletRequest, Authenticator.Credentials> credentials) {
    this.authenticator = authenticator;
    this.credentials = credentials;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpSession session = request.getSession(false);
    if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
      if (session != null) {
        Interval.restore(session);
      }
      chain.doFilter(request, response);
      return;
    }
    Visitor.arrive(
        new Visitor(authenticator.authenticate(credentials.apply(request)).orElse(null), session));
    try {
      chain.doFilter(new Anonymous(request), response);
    } finally {
      Visitor.leave();
    }
  }

  /**
   * A request as the container's WebSocket layer sees it: without a user or a session whose end it
   * would act upon.
   */
  private static final class Anonymous extends HttpServletRequestWrapper {
    Anonymous(HttpServletRequest request) {
      super(request);
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
}
