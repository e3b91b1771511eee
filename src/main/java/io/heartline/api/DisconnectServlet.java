package io.heartline.api;

import io.heartline.engine.Blocks.Whom;
import io.heartline.engine.Cluster;
import io.heartline.engine.Engine;
import io.heartline.engine.Target;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/disconnect}: closes the lines of a user, of credentials, of an HTTP session, or
 * a single one, on all nodes, and keeps a user or credentials out for a while. {@code DELETE
 * /api/disconnect} with {@code ?user=} or {@code ?token=} lets them in again.
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
  private final transient Cluster cluster;
  private final transient Keys keys;

  public DisconnectServlet(Calls calls, Engine engine, Cluster cluster, Keys keys) {
    super(calls, "POST", "DELETE");
    this.engine = engine;
    this.cluster = cluster;
    this.keys = keys;
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
    if (until == null
        && request.target() instanceof Target.Known known
        && known.whom() instanceof Whom.Token) {
      return cluster
          .find(known)
          .thenCompose(found -> disconnect(key, request, expiry(found.expiresAtMillis())));
    }
    return disconnect(key, request, until);
  }

  private CompletionStage<Reply> disconnect(
      ApiKey key, DisconnectRequest request, @Nullable Long until) {
    CompletionStage<@Nullable Void> kept = CompletableFuture.completedFuture(null);
    if (until != null && request.target() instanceof Target.Known known) {
      kept = engine.blocks().block(known.whom(), new Block(request.status(), until));
    }
    // Not before the block is known, or a line could slip through. If it could not be kept, the
    // lines are closed all the same.
    return kept.handle((done, failure) -> Optional.ofNullable(failure))
        .thenCompose(failure -> cluster
            .close(request.target(), request.status())
            .thenApply(closed -> reply(key, request, until, closed, failure.orElse(null))));
  }

  private static Reply reply(
      ApiKey key,
      DisconnectRequest request,
      @Nullable Long until,
      Cluster.Closed closed,
      @Nullable Throwable failure) {
    String ends = until == null ? "" : ", blocked until " + Instant.ofEpochMilli(until);
    String missing = closed.coverage().complete() ? "" : ", not all nodes have answered";
    LOG.log(
        Level.INFO,
        () -> "the key " + key + " disconnects " + words(request.target()) + ": " + closed.lines()
            + " lines closed with " + request.status().code() + ends + missing);
    String blocked = until == null ? "" : ",\"blocked\":" + until;
    return failure == null
        ? Reply.ok("{\"closed\":" + closed.lines() + blocked
            + UsersServlet.missing(closed.coverage()) + "}")
        : unkept("the lines were closed, but the block ", failure);
  }

  /**
   * A token is revoked for as long as it would be valid.
   *
   * @param last when the last line's identity ends that it has opened; 0 if there is none
   */
  private long expiry(long last) {
    long now = engine.epochMillis();
    if (last == 0) {
      return now + REVOKED.toMillis();
    }
    return last == Identity.NEVER
        ? now + DisconnectRequest.LONGEST.toMillis()
        : last + LEEWAY.toMillis();
  }

  /** Returns words for the log; what may be a secret is not among them. */
  private static String words(Target target) {
    if (target instanceof Target.Known known) {
      return words(known.whom());
    }
    return target instanceof Target.OneLine line ? "line " + OneLine.of(line.id()) : "a session";
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
