package io.heartline.api;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Blocks;
import io.heartline.engine.Rights;
import io.heartline.model.ApiKey;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.model.KeyScopes;
import io.heartline.model.Scope;
import io.heartline.protocol.Bearer;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who may read a channel over HTTP: a server with a key may read what the key's scopes allow,
 * anybody else the channels they may read on a line.
 *
 * @param tokens looks at tokens that clients show by themselves; sees nobody if none are in use
 * @param credentials reads credentials from a request
 * @param blocks knows who is kept out
 */
public record Readers(
    Keys keys,
    Authenticator tokens,
    Authenticator authenticator,
    Function<HttpServletRequest, Authenticator.Credentials> credentials,
    Rights rights,
    Blocks blocks) {
  /** A channel that a request asks for, and the field that named it. */
  record Wanted(String field, ChannelName channel) {
    /** @throws Refusal if this is not a channel name */
    static Wanted of(String field, String name) {
      String problem = ChannelName.problem(name);
      if (problem != null) {
        throw Refusal.badRequest(field, problem);
      }
      return new Wanted(field, new ChannelName(name));
    }
  }

  /**
   * Returns a stage that completes if this call may read all of these channels, and fails with a
   * {@link Refusal} otherwise. Its value is who reads; null for a server with a key.
   */
  CompletionStage<@Nullable Identity> check(Call call, Iterable<Wanted> wanted) {
    return check(call, wanted, (scopes, channel) -> scopes.allow(Scope.READ), "read");
  }

  /** The same for positions alone: whoever publishes to a channel is told its positions anyway. */
  CompletionStage<@Nullable Identity> checkPositions(Call call, Iterable<Wanted> wanted) {
    return check(
        call,
        wanted,
        (scopes, channel) -> scopes.allow(Scope.READ) || scopes.allowPublish(channel),
        "read, or publish for the channel");
  }

  private CompletionStage<@Nullable Identity> check(
      Call call,
      Iterable<Wanted> wanted,
      BiPredicate<KeyScopes, ChannelName> allowed,
      String scope) {
    String authorization = call.header("Authorization");
    // Other schemes are for the container or a proxy; whom they authenticate is an ordinary user.
    if (Bearer.token(authorization) == null) {
      return call.then(
          identity(call, authenticator, credentials, blocks), identity -> may(identity, wanted));
    }
    ApiKey key = keys.find(authorization);
    if (key != null) {
      for (Wanted one : wanted) {
        if (!allowed.test(key.scopes(), one.channel())) {
          throw call.forbidden("Authorization", "must be a key with the scope " + scope);
        }
      }
      return CompletableFuture.completedFuture(null);
    }
    return call.then(identity(call, tokens, credentials, blocks), identity -> {
      if (identity.user() == null) {
        throw Refusal.unauthorized();
      }
      return may(identity, wanted);
    });
  }

  /**
   * Returns who a client is, maybe {@link Identity#ANONYMOUS}. Fails with a {@link Refusal} if the
   * authenticator cannot say now, if the credentials are wrong (whoever sends some does not want to
   * be anonymous), or if the client is kept out. A user whom the container knows by a name that
   * cannot be used is not helped by other credentials.
   */
  static CompletionStage<Identity> identity(
      Call call,
      Authenticator authenticator,
      Function<HttpServletRequest, Authenticator.Credentials> credentials,
      Blocks blocks) {
    return call.then(
        who(call, authenticator, credentials),
        identity -> blocks.of(identity).thenApply(block -> {
          if (block.isPresent()) {
            throw call.forbidden(
                "user", "is blocked until " + Instant.ofEpochMilli(block.get().untilMillis()));
          }
          return identity;
        }));
  }

  private static CompletionStage<Identity> who(
      Call call,
      Authenticator authenticator,
      Function<HttpServletRequest, Authenticator.Credentials> credentials) {
    Authenticator.Credentials given = credentials.apply(call.request());
    return authenticator.authenticate(given).thenApply(verdict -> {
      if (verdict instanceof Authenticator.Verdict.CannotSay unknown) {
        throw Refusal.busy("Authorization", "cannot be checked now: " + unknown.why());
      }
      if (verdict instanceof Authenticator.Verdict.Wrong wrong) {
        boolean container =
            given.principal() != null && Bearer.token(call.header("Authorization")) == null;
        throw container ? call.forbidden("user", wrong.why()) : Refusal.credentials(wrong.why());
      }
      return verdict.identity();
    });
  }

  private CompletionStage<@Nullable Identity> may(Identity identity, Iterable<Wanted> wanted) {
    CompletionStage<@Nullable Identity> all = CompletableFuture.completedFuture(identity);
    for (Wanted one : wanted) {
      CompletionStage<Rights.Decision> may = rights
          .may(identity, Rights.Action.READ_HISTORY, one.channel())
          .exceptionally(failure -> Rights.Decision.UNKNOWN);
      all = all.thenCombine(may, (before, decision) -> {
        if (decision.may() == Rights.May.UNKNOWN) {
          throw Refusal.busy(one.field(), "cannot be decided about now");
        }
        if (decision.may() == Rights.May.NO) {
          throw Refusal.forbidden(one.field(), "may not be read without a key: " + one.channel());
        }
        return before;
      });
    }
    return all;
  }
}
