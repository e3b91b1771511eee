package io.heartline.api;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Rights;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who may read a channel by HTTP: a server with a key every one, anybody else what he may read on a
 * line.
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

  /**
   * Returns the channel that {@code name} stands for, if this request may read it.
   *
   * @param field that named it
   */
  ChannelName check(HttpServletRequest request, String field, String name) throws Refusal {
    String problem = ChannelName.problem(name);
    if (problem != null) {
      throw Refusal.badRequest(field, problem);
    }
    ChannelName channel = new ChannelName(name);
    String authorization = request.getHeader("Authorization");
    if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      if (!keys.test(authorization)) {
        throw Refusal.unauthorized();
      }
      return channel;
    }
    var verdict = authenticator
        .authenticate(credentials.apply(request))
        .toCompletableFuture()
        .join();
    Identity identity = verdict instanceof Authenticator.Verdict.Known known
        ? known.identity()
        : Identity.ANONYMOUS;
    if (!rights
        .may(identity, Rights.Action.READ_HISTORY, channel)
        .toCompletableFuture()
        .join()) {
      throw Refusal.forbidden(field, "may not be read without a key: " + channel);
    }
    return channel;
  }
}
