package io.heartline.api;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Engine;
import io.heartline.model.User;
import io.heartline.protocol.JsonText;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code GET /api/whoami}: what a page asks that cannot see why its connection was refused. 200
 * with the user, null if anonymous; 503 with Retry-After while no line would be let in.
 */
public final class WhoAmIServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Engine engine;
  private final transient Authenticator authenticator;
  private final transient Function<HttpServletRequest, Authenticator.Credentials> credentials;

  /** @param credentials reads them from a request */
  public WhoAmIServlet(
      Engine engine,
      Authenticator authenticator,
      Function<HttpServletRequest, Authenticator.Credentials> credentials) {
    this.engine = engine;
    this.authenticator = authenticator;
    this.credentials = credentials;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!engine.ready() || !engine.hasRoom()) {
      response.setHeader("Retry-After", "5");
      Answer.error(response, 503, "line", "cannot be opened now");
      return;
    }
    Optional<User> user = authenticator
                .authenticate(credentials.apply(request))
                .toCompletableFuture()
                .join()
            instanceof Authenticator.Verdict.Known known
        ? Optional.ofNullable(known.identity().user())
        : Optional.empty();
    Answer.send(
        response, 200, "{\"user\":" + user.map(u -> JsonText.quote(u.id())).orElse("null") + "}");
  }
}
