package io.heartline.api;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Rights;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who may read a channel by HTTP: a server with a key every one, anybody else what they may read on
 * a line.
 *
 * @param keys whether an {@code Authorization} header may read everything
 * @param credentials reads them from a request
 */
public record Readers(
    Predicate<@Nullable String> keys,
    Authenticator authenticator,
    Function<HttpServletRequest, Authenticator.Credentials> credentials,
    Rights rights) {
  /** Other schemes are for the container or a proxy, and whom they name is a user like any. */
  private static final String BEARER = "Bearer ";

  /** What a field of a request has asked for. */
  record Wanted(String field, ChannelName channel) {
    /** @throws Refusal if there is no such name */
    static Wanted of(String field, String name) {
      String problem = ChannelName.problem(name);
      if (problem != null) {
        throw Refusal.badRequest(field, problem);
      }
      return new Wanted(field, new ChannelName(name));
    }
  }

  /**
   * Completed if this call may read all of these channels; fails with a {@link Refusal} otherwise.
   */
  CompletionStage<@Nullable Void> check(Call call, Iterable<Wanted> wanted) {
    HttpServletRequest request = call.request();
    String authorization = request.getHeader("Authorization");
    if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return keys.test(authorization)
          ? CompletableFuture.completedFuture(null)
          : CompletableFuture.failedFuture(Refusal.unauthorized());
    }
    return call.then(
        identity(authenticator, credentials.apply(request)), identity -> may(identity, wanted));
  }

  /**
   * Says who a client is, who may be nobody; fails with a {@link Refusal} if that is not known now.
   */
  static CompletionStage<Identity> identity(
      Authenticator authenticator, Authenticator.Credentials credentials) {
    return authenticator.authenticate(credentials).thenApply(verdict -> {
      if (verdict instanceof Authenticator.Verdict.CannotSay unknown) {
        throw Refusal.busy("Authorization", "cannot be checked now: " + unknown.why());
      }
      return verdict instanceof Authenticator.Verdict.Known known
          ? known.identity()
          : Identity.ANONYMOUS;
    });
  }

  private CompletionStage<@Nullable Void> may(Identity identity, Iterable<Wanted> wanted) {
    CompletionStage<@Nullable Void> all = CompletableFuture.completedFuture(null);
    for (Wanted one : wanted) {
      CompletionStage<Boolean> may = rights
          .may(identity, Rights.Action.READ_HISTORY, one.channel())
          .exceptionally(failure -> {
            throw Refusal.busy(one.field(), "cannot be decided about now");
          });
      all = all.thenCombine(may, (before, yes) -> {
        if (!yes) {
          throw Refusal.forbidden(one.field(), "may not be read without a key: " + one.channel());
        }
        return before;
      });
    }
    return all;
  }
}
