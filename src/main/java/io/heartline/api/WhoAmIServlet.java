package io.heartline.api;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Engine;
import io.heartline.model.RetryAfter;
import io.heartline.model.User;
import io.heartline.protocol.JsonText;
import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/whoami}: for a page that cannot see why its connection was refused. Answers 200
 * with the user and their channel, both null if anonymous; 403 with the rule if the user is known
 * but cannot have a line, or is blocked; or 503 while no new line would be accepted, with a
 * Retry-After that is not the same for all: pages go by it.
 */
public final class WhoAmIServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Calls calls;
  private final transient Engine engine;
  private final transient Authenticator authenticator;
  private final transient Function<HttpServletRequest, Authenticator.Credentials> credentials;
  private final transient ToIntFunction<HttpServletRequest> comeBackIn;

  /**
   * @param credentials reads credentials from a request
   * @param comeBackIn returns after how many seconds a client may open a line; 0 for now
   */
  public WhoAmIServlet(
      Calls calls,
      Engine engine,
      Authenticator authenticator,
      Function<HttpServletRequest, Authenticator.Credentials> credentials,
      ToIntFunction<HttpServletRequest> comeBackIn) {
    super(calls, "GET");
    this.calls = calls;
    this.engine = engine;
    this.authenticator = authenticator;
    this.credentials = credentials;
    this.comeBackIn = comeBackIn;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    int seconds = comeBackIn.applyAsInt(call.request());
    if (seconds > 0) {
      return CompletableFuture.completedFuture(
          comeBack(Reply.error(503, "line", "cannot be opened now"), seconds));
    }
    return Readers.identity(call, authenticator, credentials, engine.blocks())
        .thenApply(identity -> Reply.ok(json(identity.user())))
        .exceptionally(failure -> spread(Reply.failed(failure, calls.faults())));
  }

  private static Reply spread(Reply reply) {
    return reply.status() == 503
        ? comeBack(reply, RetryAfter.seconds(ThreadLocalRandom.current().nextDouble()))
        : reply;
  }

  private static Reply comeBack(Reply reply, int seconds) {
    return reply.with("Retry-After", String.valueOf(seconds));
  }

  private static String json(@Nullable User user) {
    return user == null
        ? "{\"user\":null,\"channel\":null}"
        : "{\"user\":" + JsonText.quote(user.id()) + ",\"channel\":\"" + user.channel() + "\"}";
  }
}
