package io.heartline.api;

import io.heartline.engine.Blocks.Whom;
import io.heartline.engine.Engine;
import io.heartline.engine.Line;
import io.heartline.model.ApiKey;
import io.heartline.model.Block;
import io.heartline.model.Identity;
import io.heartline.model.OneLine;
import io.heartline.model.Scope;
import io.heartline.model.User;
import io.heartline.protocol.Query;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/disconnect}: closes the lines of a user, of credentials, of an HTTP session, or
 * a single one, and keeps a user or credentials out for a while. {@code DELETE /api/disconnect}
 * with {@code ?user=} or {@code ?token=} lets them in again.
 */
public final class DisconnectServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(DisconnectServlet.class.getName());
  private static final int MAX_BYTES = 8 * 1024;

  /** How long a token stays revoked of which nothing else is known. */
  private static final Duration REVOKED = Duration.ofDays(30);

  /** A clock that is slow takes a token for valid a little longer. */
  private static final Duration LEEWAY = Duration.ofMinutes(10);

  private final transient Engine engine;
  private final transient Keys keys;
  private final transient Function<String, Collection<Line>> sessions;

  /** @param sessions returns the lines that were opened under an HTTP session, by its id */
  public DisconnectServlet(
      Calls calls, Engine engine, Keys keys, Function<String, Collection<Line>> sessions) {
    super(calls, "POST", "DELETE");
    this.engine = engine;
    this.keys = keys;
    this.sessions = sessions;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    ApiKey key = keys.require(call, Scope.DISCONNECT);
    if (call.request().getMethod().equals("DELETE")) {
      return lift(key, whom(call.query()));
    }
    MediaType type = MediaType.parse(call.header("Content-Type"));
    if (!type.isJson()) {
      throw Refusal.unsupported("Content-Type", "must be application/json: " + type.text());
    }
    return call.then(
        call.body(MAX_BYTES),
        body -> disconnect(key, DisconnectRequest.read(body, engine.epochMillis())));
  }

  private CompletionStage<Reply> disconnect(ApiKey key, DisconnectRequest request) {
    Long until = request.untilMillis();
    CompletionStage<@Nullable Void> kept = CompletableFuture.completedFuture(null);
    if (request.target() instanceof DisconnectRequest.Target.Known known) {
      if (until == null && known.whom() instanceof Whom.Token token) {
        until = expiry(token);
      }
      if (until != null) {
        kept = engine.blocks().block(known.whom(), new Block(request.status(), until));
      }
    }
    Collection<Line> lines = lines(request.target()); // after the block: no line slips through
    lines.forEach(line -> line.close(request.status()));
    String ends = until == null ? "" : ", blocked until " + Instant.ofEpochMilli(until);
    LOG.log(
        Level.INFO,
        () -> "the key " + key + " disconnects " + words(request.target()) + ": " + lines.size()
            + " lines closed with " + request.status().code() + ends);
    String blocked = until == null ? "" : ",\"blocked\":" + until;
    return kept.handle((done, failure) -> failure == null
        ? Reply.ok("{\"closed\":" + lines.size() + blocked + "}")
        : unkept("the lines were closed, but the block ", failure));
  }

  /** A token is revoked for as long as it would be valid. */
  private long expiry(Whom.Token token) {
    long now = engine.epochMillis();
    return engine.linesOfToken(token.id()).stream()
        .mapToLong(line -> line.identity().expiresAtMillis())
        .map(end -> end == Identity.NEVER
            ? now + DisconnectRequest.LONGEST.toMillis()
            : end + LEEWAY.toMillis())
        .max()
        .orElse(now + REVOKED.toMillis());
  }

  private Collection<Line> lines(DisconnectRequest.Target target) {
    if (target instanceof DisconnectRequest.Target.Known known) {
      return known.whom() instanceof Whom.OneUser one
          ? engine.linesOf(one.user())
          : engine.linesOfToken(((Whom.Token) known.whom()).id());
    }
    if (target instanceof DisconnectRequest.Target.Session session) {
      return sessions.apply(session.id());
    }
    String id = ((DisconnectRequest.Target.OneLine) target).id();
    return engine.line(id).map(List::of).orElse(List.of());
  }

  /** Returns words for the log; what may be a secret is not among them. */
  private static String words(DisconnectRequest.Target target) {
    if (target instanceof DisconnectRequest.Target.Known known) {
      return words(known.whom());
    }
    return target instanceof DisconnectRequest.Target.OneLine line
        ? "line " + OneLine.of(line.id())
        : "a session";
  }

  private static String words(Whom whom) {
    return whom instanceof Whom.OneUser one ? "user " + OneLine.of(one.user().id()) : "a token";
  }

  private static Whom whom(Query query) {
    String user = query.one("user");
    String token = query.one("token");
    if ((user == null) == (token == null)) {
      throw Refusal.badRequest("user", "must be given, or else token");
    }
    if (user == null) {
      return new Whom.Token(String.valueOf(token));
    }
    String problem = User.problem(user);
    if (problem != null) {
      throw Refusal.badRequest("user", problem);
    }
    return new Whom.OneUser(new User(user));
  }

  private CompletionStage<Reply> lift(ApiKey key, Whom whom) {
    return engine.blocks().lift(whom).handle((was, failure) -> {
      LOG.log(Level.INFO, () -> "the key " + key + " lifts the block of " + words(whom));
      return failure == null ? Reply.ok("{\"lifted\":" + was + "}") : unkept("the block ", failure);
    });
  }

  private static Reply unkept(String what, Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return Reply.error(503, "block", what + cause.getMessage()).with("Retry-After", "5");
  }
}
