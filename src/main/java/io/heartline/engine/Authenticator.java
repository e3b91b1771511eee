package io.heartline.engine;

import io.heartline.model.Identity;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Says who a client is. It may have to ask somebody else, so the answer may come later. It reads
 * what it needs from the credentials before it returns, since the request behind them does not
 * last.
 */
@FunctionalInterface
public interface Authenticator {
  /**
   * Begins to find out who the client is. The answer never fails: if something goes wrong, it is
   * {@link Verdict.CannotSay}.
   */
  CompletionStage<Verdict> authenticate(Credentials credentials);

  /** What credentials prove. */
  sealed interface Verdict {
    record Known(Identity identity) implements Verdict {}

    /** There are no credentials that this authenticator looks at. */
    record Nobody() implements Verdict {}

    /**
     * There are credentials, but they are wrong: forged, expired, or of a kind that cannot be used.
     *
     * @param why for the client and the log; never a secret
     */
    record Wrong(String why) implements Verdict {}

    /**
     * It is not known now, and may be later. It must never be taken for {@link Nobody}.
     *
     * @param why for the client and the log; never a secret
     */
    record CannotSay(String why) implements Verdict {}

    /** Returns who the client is as far as is known; anonymous if it is not. */
    default Identity identity() {
      return this instanceof Known known ? known.identity : Identity.ANONYMOUS;
    }

    /** Returns this verdict as an answer that is already there. */
    default CompletionStage<Verdict> now() {
      return CompletableFuture.completedFuture(this);
    }
  }

  /** What a client brings along. */
  interface Credentials {
    /** Returns the name of the container's principal, or null if the container knows nobody. */
    @Nullable
    String principal();

    /**
     * Returns the address of the other end of the connection, which may be a proxy; null if it is
     * not known.
     */
    default @Nullable String peer() {
      return null;
    }

    /** Returns an attribute of the client's HTTP session; null if there is none. */
    default @Nullable Object sessionAttribute(String name) {
      return null;
    }

    /** Returns the values of a header, none if it is absent. */
    List<String> header(String name);

    /** Returns the ticket in the URL of a door; null if there is none. */
    default @Nullable String ticket() {
      return null;
    }

    /** Returns the token that the client sent in a message, or null if it sent none. */
    default @Nullable String token() {
      return null;
    }
  }

  /** Asks a second authenticator if this one sees nobody. */
  default Authenticator orElse(Authenticator second) {
    return credentials -> {
      CompletionStage<Verdict> first = authenticate(credentials);
      Verdict now = first.toCompletableFuture().getNow(null);
      if (now != null) {
        return now instanceof Verdict.Nobody ? second.authenticate(credentials) : first;
      }
      CompletionStage<Verdict> other = second.authenticate(credentials); // later is too late
      return first.thenCompose(
          verdict -> verdict instanceof Verdict.Nobody ? other : verdict.now());
    };
  }
}
