package io.heartline.transport.session;

import io.heartline.engine.Authenticator;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.protocol.Query;
import io.heartline.transport.http.PlainRefusal;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is a handshake for a WebSocket door, and finds out who asks for it. The container
 * sees only that it is one. On any other request it gives the session its own interval back.
 */
public final class SessionFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private final transient Authenticator authenticator;
  private final transient Function<HttpServletRequest, Authenticator.Credentials> credentials;
  private final transient Function<HttpServletRequest, String> address;
  private final transient Set<String> doors;
  private final transient Consumer<Query> rules;
  private final transient BiFunction<String, Identity, CompletionStage<Map<ChannelName, From>>>
      heads;

  /**
   * @param credentials reads credentials from a request
   * @param address returns where the client of a request is
   * @param doors the paths of the WebSocket doors
   * @param rules throws a {@link io.heartline.protocol.BadParameter} if a door's parameter breaks
   *     its rule
   * @param heads returns the positions of the own channels of the door at a path, for an identity
   */
  public SessionFilter(
      Authenticator authenticator,
      Function<HttpServletRequest, Authenticator.Credentials> credentials,
      Function<HttpServletRequest, String> address,
      Set<String> doors,
      Consumer<Query> rules,
      BiFunction<String, Identity, CompletionStage<Map<ChannelName, From>>> heads) {
    this.authenticator = authenticator;
    this.credentials = credentials;
    this.address = address;
    this.doors = Set.copyOf(doors);
    this.rules = rules;
    this.heads = heads;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpSession session = request.getSession(false);
    String path = request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), "");
    if (doors.contains(path)) {
      upgrade(path, session, request, response, chain);
      return;
    }
    if (session != null) {
      Interval.restore(session);
    }
    chain.doFilter(
        request.getHeader(NoHandshake.UPGRADE) == null ? request : new NoHandshake(request),
        response);
  }

  private void upgrade(
      String path,
      @Nullable HttpSession session,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    WebSocketHandshake.Problem problem = WebSocketHandshake.problem(request);
    if (problem != null) {
      refuse(response, problem);
      return;
    }
    Query query = Query.parse(request.getQueryString());
    rules.accept(query);
    CompletionStage<Authenticator.Verdict> identity =
        authenticator.authenticate(credentials.apply(request));
    if (identity.toCompletableFuture().getNow(null)
        instanceof Authenticator.Verdict.CannotSay cannot) {
      response.setHeader("Retry-After", "5");
      PlainRefusal.send(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, cannot.why());
      return;
    }
    UpgradeRequest.arrive(new UpgradeRequest(
        address.apply(request), identity, heads(path, identity), session, query));
    try {
      chain.doFilter(new WebSocketHandshake(request, path), response);
    } finally {
      UpgradeRequest.leave();
    }
  }

  private static void refuse(HttpServletResponse response, WebSocketHandshake.Problem problem)
      throws IOException {
    if (problem.status() == WebSocketHandshake.UPGRADE_REQUIRED) {
      response.setHeader("Upgrade", "websocket");
      response.setHeader("Sec-WebSocket-Version", WebSocketHandshake.VERSION_13);
    }
    PlainRefusal.send(response, problem.status(), problem.rule());
  }

  /**
   * Asks for the positions before the upgrade is granted, so that nothing published afterwards is
   * missed.
   */
  private CompletionStage<Map<ChannelName, From>> heads(
      String path, CompletionStage<Authenticator.Verdict> identity) {
    return identity.thenCompose(verdict -> heads.apply(
        path,
        verdict instanceof Authenticator.Verdict.Known known
            ? known.identity()
            : Identity.ANONYMOUS));
  }
}
