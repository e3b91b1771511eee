package io.heartline.engine;

import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Looks at tokens by which the application opens a channel to whoever shows them. It may have to
 * ask somebody else, so the answer may come later.
 */
@FunctionalInterface
public interface ChannelTokens {
  /** Where no such tokens are in use. */
  ChannelTokens NONE = (identity, channel, token) ->
      new Verdict.Wrong("tokens for channels are not in use here").now();

  /** Begins to look at a token. The answer never fails. */
  CompletionStage<Verdict> check(Identity identity, ChannelName channel, String token);

  /** What a token is good for. */
  sealed interface Verdict {
    /** @param untilMillis until when it opens the channel, in milliseconds since 1970 */
    record Opens(long untilMillis) implements Verdict {}

    /**
     * It opens nothing here: forged, expired, or for another channel or user.
     *
     * @param why for the client and the log; never a secret
     */
    record Wrong(String why) implements Verdict {}

    /** It is not known now. */
    record CannotSay() implements Verdict {}

    /** Returns this verdict as an answer that is already there. */
    default CompletionStage<Verdict> now() {
      return CompletableFuture.completedFuture(this);
    }
  }
}
