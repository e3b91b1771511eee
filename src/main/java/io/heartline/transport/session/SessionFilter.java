package io.heartline.transport.session;

import io.heartline.engine.Authenticator;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.security.Principal;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who asks for an upgrade, then hides that from the container. On any other request it
 * gives the session its own interval back.
 */
public final class SessionFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private final transient Authenticator authenticator;
  private final transient Function<HttpServletRequest, Authenticator.Credentials> credentials;
  private final transient Function<HttpServletRequest, String> address;
  private final transient BiFunction<String, Identity, CompletionStage<Map<ChannelName, From>>>
      heads;

  /**
   * @param credentials reads credentials from a request
   * @param address returns where the client of a request is
   * @param heads returns the positions of the own channels of the door at a path, for an identity
   */
  public SessionFilter(
      Authenticator authenticator,
      Function<HttpServletRequest, Authenticator.Credentials> credentials,
      Function<HttpServletRequest, String> address,
      BiFunction<String, Identity, CompletionStage<Map<ChannelName, From>>> heads) {
    this.authenticator = authenticator;
    this.credentials = credentials;
    this.address = address;
    this.heads = heads;
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
    CompletionStage<Authenticator.Verdict> identity =
        authenticator.authenticate(credentials.apply(request));
    if (identity.toCompletableFuture().getNow(null)
        instanceof Authenticator.Verdict.CannotSay cannot) {
      response.setHeader("Retry-After", "5");
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE, cannot.why());
      return;
    }
    UpgradeRequest.arrive(
        new UpgradeRequest(address.apply(request), identity, heads(request, identity), session));
    try {
      chain.doFilter(new Anonymous(request), response);
    } finally {
      UpgradeRequest.leave();
    }
  }

  /**
   * Asks for the positions before the upgrade is granted, so that nothing published afterwards is
   * missed.
   */
  private CompletionStage<Map<ChannelName, From>> heads(
      HttpServletRequest request, CompletionStage<Authenticator.Verdict> identity) {
    String path = request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), "");
    return identity.thenCompose(verdict -> heads.apply(
        path,
        verdict instanceof Authenticator.Verdict.Known known
            ? known.identity()
            : Identity.ANONYMOUS));
  }

  /**
   * The request that the container's WebSocket layer sees. It has no user and no session, because
   * the container would close the line when they end.
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
