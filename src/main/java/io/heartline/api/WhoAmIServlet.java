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
 * {@code GET /api/whoami}: what a page asks that cannot see why its connection was refused. 200
 * with the user, null if anonymous; 503 with Retry-After while no line would be let in.
 */
public final class WhoAmIServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Engine engine;
  private final transient Authenticator authenticator;
  private final transient Function<HttpServletRequest, Authenticator.Credentials> credentials;

  /** @param credentials reads them from a request */
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
      return CompletableFuture.completedFuture(
          Reply.error(503, "line", "cannot be opened now").with("Retry-After", "5"));
    }
    return Readers.identity(authenticator, credentials.apply(call.request()))
        .thenApply(identity -> Reply.ok("{\"user\":" + quoted(identity.user()) + "}"));
  }

  private static String quoted(@Nullable User user) {
    return user == null ? "null" : JsonText.quote(user.id());
  }
}
