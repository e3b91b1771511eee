package io.heartline.transport.session;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
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
import org.jspecify.annotations.Nullable;

/**
 * Decides what is a handshake for a WebSocket door, and finds out who asks for it. The container
 * sees only that it is one. On any other request it gives the session its own interval back.
 */
public final class SessionFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private final transient Upgrades upgrades;
  private final transient Set<String> doors;
  private final transient Set<String> bases;
  private final transient BiFunction<String, Identity, CompletionStage<Map<ChannelName, From>>>
      heads;

  /**
   * @param doors the paths of the WebSocket doors
   * @param bases the paths below which servlets decide themselves what is a handshake
   * @param heads returns the positions of the own channels of the door at a path, for an identity
   */
  public SessionFilter(
      Upgrades upgrades,
      Set<String> doors,
      Set<String> bases,
      BiFunction<String, Identity, CompletionStage<Map<ChannelName, From>>> heads) {
    this.upgrades = upgrades;
    this.doors = Set.copyOf(doors);
    this.bases = Set.copyOf(bases);
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
    boolean plain = request.getHeader(NoHandshake.UPGRADE) == null
        || (request.getPathInfo() != null && bases.contains(request.getServletPath()));
    chain.doFilter(plain ? request : new NoHandshake(request), response);
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
    upgrades.serve(
        request,
        response,
        path,
        session,
        identity -> heads.apply(path, identity),
        handshake -> chain.doFilter(handshake, response));
  }

  private static void refuse(HttpServletResponse response, WebSocketHandshake.Problem problem)
      throws IOException {
    if (problem.status() == WebSocketHandshake.UPGRADE_REQUIRED) {
      response.setHeader("Upgrade", "websocket");
      response.setHeader("Sec-WebSocket-Version", WebSocketHandshake.VERSION_13);
    }
    PlainRefusal.send(response, problem.status(), problem.rule());
  }
}
