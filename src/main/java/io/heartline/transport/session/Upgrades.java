package io.heartline.transport.session;

import io.heartline.engine.Authenticator;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.protocol.Query;
import io.heartline.transport.http.PlainRefusal;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds out who asks for a WebSocket, and lets the container see only that somebody does. */
public final class Upgrades {
  private final Authenticator authenticator;
  private final Function<HttpServletRequest, Authenticator.Credentials> credentials;
  private final Function<HttpServletRequest, String> address;
  private final Consumer<Query> rules;

  /** Hands a handshake to the container. */
  @FunctionalInterface
  public interface Container {
    void upgrade(HttpServletRequest handshake) throws IOException, ServletException;
  }

  /**
   * @param credentials reads credentials from a request
   * @param address returns where the client of a request is
   * @param rules throws a {@link io.heartline.protocol.BadParameter} if a parameter breaks its rule
   */
  public Upgrades(
      Authenticator authenticator,
      Function<HttpServletRequest, Authenticator.Credentials> credentials,
      Function<HttpServletRequest, String> address,
      Consumer<Query> rules) {
    this.authenticator = authenticator;
    this.credentials = credentials;
    this.address = address;
    this.rules = rules;
  }

  /** Returns whether a request asks for a WebSocket, in a way that can be granted. */
  public static boolean isHandshake(HttpServletRequest request) {
    return WebSocketHandshake.problem(request) == null;
  }

  /**
   * Serves a request that {@link #isHandshake is a handshake}.
   *
   * @param path what the container is told instead of the request's own path, below the context
   * @param session under which the line is opened; null if the request belongs to none
   * @param heads returns the positions of the door's own channels, for an identity. They are asked
   *     for before the upgrade is granted, so that nothing published afterwards is missed
   */
  public void serve(
      HttpServletRequest request,
      HttpServletResponse response,
      String path,
      @Nullable HttpSession session,
      Function<Identity, CompletionStage<Map<ChannelName, From>>> heads,
      Container container)
      throws IOException, ServletException {
    Query query = Query.parse(request.getQueryString());
    rules.accept(query);
    CompletionStage<Authenticator.Verdict> identity =
        authenticator.authenticate(credentials.apply(request));
    if (identity.toCompletableFuture().getNow(null)
        instanceof Authenticator.Verdict.CannotSay cannot) {
      PlainRefusal.comeBackLater(response, cannot.why());
      return;
    }
    CompletionStage<Map<ChannelName, From>> from =
        identity.thenCompose(verdict -> heads.apply(verdict.identity()));
    UpgradeRequest.arrive(
        new UpgradeRequest(address.apply(request), identity, from, session, query));
    try {
      container.upgrade(new WebSocketHandshake(request, path));
    } finally {
      UpgradeRequest.leave();
    }
  }
}
