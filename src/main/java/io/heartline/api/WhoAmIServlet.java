package io.heartline.api;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Engine;
import io.heartline.model.User;
import io.heartline.protocol.JsonText;
import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/whoami}: for a page that cannot see why its connection was refused. Answers 200
 * with the user and their channel, both null if anonymous; 403 with the rule if the user is known
 * but cannot have a line, or is blocked; or 503 with Retry-After while no new line would be
 * accepted.
 */
public final class WhoAmIServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Engine engine;
  private final transient Authenticator authenticator;
  private final transient Function<HttpServletRequest, Authenticator.Credentials> credentials;

  /** @param credentials reads credentials from a request */
  public WhoAmIServlet(
      Calls calls,
      Engine engine,
      Authenticator authenticator,
      Function<HttpServletRequest, Authenticator.Credentials> credentials) {
    super(calls, "GET");
    this.engine = engine;
    this.authenticator = authenticator;
    this.credentials = credentials;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    if (!engine.ready() || !engine.hasRoom()) {
      return CompletableFuture.completedFuture(Reply.error(503, "line", "cannot be opened now")
          .with("Retry-After", engine.stopping() ? "1" : "5")); // a restart may take a moment
    }
    return Readers.identity(call, authenticator, credentials, engine.blocks())
        .thenApply(identity -> Reply.ok(json(identity.user())));
  }

  private static String json(@Nullable User user) {
    return user == null
        ? "{\"user\":null,\"channel\":null}"
        : "{\"user\":" + JsonText.quote(user.id()) + ",\"channel\":\"" + user.channel() + "\"}";
  }
}
