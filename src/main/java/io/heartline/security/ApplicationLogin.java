package io.heartline.security;

import io.heartline.engine.Authenticator;
import io.heartline.engine.CallbackLog;
import io.heartline.engine.Remote;
import io.heartline.model.Identity;
import io.heartline.protocol.BadParameter;
import io.heartline.protocol.json.IdentityReader;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks the application who a client is, with the cookies and the {@code Authorization} that the
 * client has sent, and with nothing else of it. If the application does not say, nobody is let in
 * as nobody.
 */
public final class ApplicationLogin implements Authenticator {
  private static final String COOKIE = "Cookie";
  private static final String AUTHORIZATION = "Authorization";

  /** What is kept of who has asked lately. */
  private static final int RECENT = 10_000;

  private final URI url;
  private final Function<Map<String, String>, CompletionStage<Remote.Answer>> application;
  private final Expiry expiry;
  private final CallbackLog log;
  private final RecentAnswers recent;

  /**
   * @param url for the log
   * @param application asks it, with these headers
   * @param kept how long an answer is good for the same cookies
   * @param expiry of answers that do not say when they expire
   */
  public ApplicationLogin(
      URI url,
      Function<Map<String, String>, CompletionStage<Remote.Answer>> application,
      Duration kept,
      Expiry expiry,
      CallbackLog log) {
    this.url = url;
    this.application = application;
    this.expiry = expiry;
    this.log = log;
    recent = new RecentAnswers(RECENT, kept, expiry.time()::nanos);
  }

  @Override
  public CompletionStage<Verdict> authenticate(Credentials credentials) {
    Map<String, String> headers = new LinkedHashMap<>();
    copy(credentials, COOKIE, "; ", headers);
    copy(credentials, AUTHORIZATION, ", ", headers);
    if (headers.isEmpty()) {
      return new Verdict.Nobody().now();
    }
    return recent.get(
        Secrets.hash(headers.toString()),
        () -> application.apply(headers).thenApply(this::verdict));
  }

  private static void copy(
      Credentials credentials, String header, String between, Map<String, String> to) {
    String value = String.join(between, credentials.header(header));
    if (!value.isBlank()) {
      to.put(header, value);
    }
  }

  private Verdict verdict(Remote.Answer answer) {
    if (answer instanceof Remote.Answer.Unavailable no) {
      return cannotSay(no.cause());
    }
    Remote.Answer.Given given = (Remote.Answer.Given) answer;
    return switch (given.status()) {
      case 200 -> said(given.body());
      case 204, 401, 403 -> new Verdict.Nobody();
      default -> cannotSay("status " + given.status());
    };
  }

  private Verdict said(@Nullable String body) {
    if (body == null) {
      return cannotSay("its answer must be UTF-8");
    }
    try {
      Identity identity = IdentityReader.read(body);
      if (identity.user() == null || identity.expiresAtMillis() <= expiry.nowMillis()) {
        return new Verdict.Nobody();
      }
      long expires = Math.min(identity.expiresAtMillis(), expiry.fromNow());
      return new Verdict.Known(
          new Identity(identity.user(), expires, identity.grants(), identity.tokenId()));
    } catch (BadParameter e) {
      return cannotSay("its answer's " + e.name() + " " + e.rule());
    }
  }

  private Verdict cannotSay(String why) {
    log.failed("the application did not say who a client is", url, why);
    return new Verdict.CannotSay("the application did not say who this is");
  }
}
