package io.heartline.security.jwt;

import io.heartline.engine.Authenticator;
import io.heartline.engine.ChannelTokens;
import io.heartline.engine.MinuteLog;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.model.TimeSource;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionStage;

/** Knows users by their tokens, wherever they come from. */
public final class Tokens {
  private static final int KINDS = 16;

  private final KeySource keys;
  private final TokenRules rules;
  private final TokenPlaces places;
  private final TimeSource time;
  private final MinuteLog faults;

  /** @param places where tokens are looked for in a request */
  public Tokens(KeySource keys, TokenRules rules, TokenPlaces places, TimeSource time) {
    this.keys = keys;
    this.rules = rules;
    this.places = places;
    this.time = time;
    faults = new MinuteLog(
        System.getLogger(Tokens.class.getName()),
        Level.ERROR,
        time::nanos,
        KINDS,
        MinuteLog::again);
  }

  /** Looks at tokens that clients show by themselves: in a message, or in a header for it. */
  public Authenticator shown() {
    return credentials -> verdict(() -> places.shown(credentials));
  }

  /** Looks at the token in the cookie, which browsers send with everything. */
  public Authenticator kept() {
    return credentials -> verdict(() -> places.kept(credentials));
  }

  /** Looks at tokens that open channels. */
  public ChannelTokens channels() {
    return (identity, channel, token) -> {
      try {
        SignedToken signed = SignedToken.parse(token, ChannelClaims.TYPES);
        return keys.find(signed.keyId(), signed.algorithm())
            .thenApply(found -> opens(signed, found, identity, channel))
            .exceptionally(this::notSaid);
      } catch (BadToken bad) {
        return new ChannelTokens.Verdict.Wrong(bad.why()).now();
      } catch (RuntimeException | StackOverflowError e) {
        return notSaid(e).now();
      }
    };
  }

  private ChannelTokens.Verdict opens(
      SignedToken signed, KeySource.Found found, Identity identity, ChannelName channel) {
    if (found instanceof KeySource.Found.Unavailable) {
      return new ChannelTokens.Verdict.CannotSay();
    }
    try {
      Claims claims = new Claims(signed.claims(((KeySource.Found.Keys) found).all()), rules);
      return new ChannelTokens.Verdict.Opens(
          ChannelClaims.until(claims, identity, channel, time.epochMicros() / 1000));
    } catch (BadToken bad) {
      return new ChannelTokens.Verdict.Wrong(bad.why());
    }
  }

  private ChannelTokens.Verdict notSaid(Throwable failure) {
    failed(failure);
    return new ChannelTokens.Verdict.CannotSay();
  }

  /** Looks whether the keys have changed. Called every second or so; may wait for a disk. */
  public void tend() {
    keys.tend();
    faults.tend();
  }

  /** Logs what was only counted so far. Called at the end. */
  public void end() {
    faults.end();
  }

  private CompletionStage<Authenticator.Verdict> verdict(TokenPlaces.Search search) {
    try {
      String token = search.token();
      if (token == null) {
        return new Authenticator.Verdict.Nobody().now();
      }
      SignedToken signed = SignedToken.parse(token);
      return keys.find(signed.keyId(), signed.algorithm())
          .thenApply(found -> verdict(signed, found))
          .exceptionally(this::failed);
    } catch (BadToken bad) {
      return new Authenticator.Verdict.Wrong(bad.why()).now();
    } catch (RuntimeException | StackOverflowError e) {
      return failed(e).now();
    }
  }

  private Authenticator.Verdict verdict(SignedToken signed, KeySource.Found found) {
    if (found instanceof KeySource.Found.Unavailable no) {
      return new Authenticator.Verdict.CannotSay(no.why());
    }
    try {
      Claims claims = new Claims(signed.claims(((KeySource.Found.Keys) found).all()), rules);
      return new Authenticator.Verdict.Known(claims.identity(time.epochMicros() / 1000));
    } catch (BadToken bad) {
      return new Authenticator.Verdict.Wrong(bad.why());
    }
  }

  /** A mistake of ours or of the library's, told without what it was about. */
  private Authenticator.Verdict failed(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    String what = "a token could not be checked: " + failure.getClass().getName()
        + (trace.length == 0 ? "" : " at " + trace[0]);
    faults.happened(what, () -> what); // without its message, in which the token may be
    return new Authenticator.Verdict.CannotSay("a token could not be checked");
  }
}
