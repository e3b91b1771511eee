package io.heartline.engine;

import io.heartline.model.Identity;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Says who a client is. It may have to ask somebody else, so it answers later; what it needs of the
 * credentials it reads before it returns, since the request behind them does not last.
 */
@FunctionalInterface
public interface Authenticator {
  /** Begins to find out; the answer never fails: what goes wrong is {@link Verdict.CannotSay}. */
  CompletionStage<Verdict> authenticate(Credentials credentials);

  /** What credentials prove. */
  sealed interface Verdict {
    record Known(Identity identity) implements Verdict {}

    /** There are no credentials that this authenticator looks at. */
    record Nobody() implements Verdict {}

    /**
     * There are some, and they are wrong: forged, expired, or of a kind that cannot be used.
     *
     * @param why for the client and the log; never a secret
     */
    record Wrong(String why) implements Verdict {}

    /**
     * It is not known now, and may be later: never to be taken for {@link Nobody}.
     *
     * @param why for the client and the log; never a secret
     */
    record CannotSay(String why) implements Verdict {}

    /** Returns it as an answer that is there already. */
    default CompletionStage<Verdict> now() {
      return CompletableFuture.completedFuture(this);
    }
  }

  /** What a client brings along. */
  interface Credentials {
    /** Returns the name of the container's principal, or null if the container knows nobody. */
    @Nullable
    String principal();

    /** Returns the values of a header, none if it is absent. */
    List<String> header(String name);

    /** Returns the token that a client has said in words, or null if it has not. */
    default @Nullable String token() {
      return null;
    }
  }

  /** Asks a second authenticator where this one sees nobody. */
  default Authenticator orElse(Authenticator second) {
    return credentials -> {
      CompletionStage<Verdict> first = authenticate(credentials);
      Verdict now = first.toCompletableFuture().getNow(null);
      if (now != null) {
        return now instanceof Verdict.Nobody ? second.authenticate(credentials) : first;
      }
      CompletionStage<Verdict> other = second.authenticate(credentials); // later it is too late
      return first.thenCompose(
          verdict -> verdict instanceof Verdict.Nobody ? other : verdict.now());
    };
  }
}
