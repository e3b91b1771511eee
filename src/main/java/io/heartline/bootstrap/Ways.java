package io.heartline.bootstrap;

import io.heartline.api.RemoteCalls;
import io.heartline.bootstrap.settings.AuthSettings;
import io.heartline.bootstrap.settings.HeaderSettings;
import io.heartline.bootstrap.settings.JwtSettings;
import io.heartline.bootstrap.settings.LoginCallbackSettings;
import io.heartline.bootstrap.settings.SessionSettings;
import io.heartline.engine.Authenticator;
import io.heartline.security.ApplicationLogin;
import io.heartline.security.ContainerPrincipal;
import io.heartline.security.Expiry;
import io.heartline.security.GetterPath;
import io.heartline.security.Networks;
import io.heartline.security.SessionAttribute;
import io.heartline.security.Tickets;
import io.heartline.security.TrustedHeader;
import io.heartline.security.jwt.Tokens;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes what asks others who a client is: the container, a proxy, the application. */
record Ways(
    AuthSettings settings,
    @Nullable Tokens jwt,
    Tickets tickets,
    Networks proxies,
    Outside outside) {
  /** The largest answer of the application to the question who a client is. */
  private static final int ANSWER_BYTES = 64 * 1024;

  Authenticator way(String name) {
    return switch (name) {
      case "container" -> new ContainerPrincipal();
      case JwtSettings.WAY -> Objects.requireNonNull(jwt).kept();
      case "header" -> header(settings.header().orElseThrow());
      case "session" -> session(settings.session().orElseThrow());
      case "callback" -> callback(settings.callback().orElseThrow());
      default -> throw new IllegalStateException("the settings know no way " + name);
    };
  }

  private Authenticator header(HeaderSettings header) {
    return new TrustedHeader(
        proxies,
        header.user(),
        header.groups().orElse(null),
        header.secret().orElse(null),
        expiry());
  }

  static SessionAttribute session(SessionSettings session) {
    return new SessionAttribute(
        session.attribute(),
        GetterPath.of(session.user()),
        session.groups().map(GetterPath::of).orElse(null));
  }

  private Authenticator callback(LoginCallbackSettings callback) {
    RemoteCalls application = outside.remote(callback.timeout(), callback.calls(), ANSWER_BYTES);
    return new ApplicationLogin(
        callback.url(),
        headers -> application.get(callback.url(), headers),
        callback.cache(),
        expiry(),
        outside.log());
  }

  private Expiry expiry() {
    return expiry(settings, outside);
  }

  static Expiry expiry(AuthSettings settings, Outside outside) {
    return new Expiry(settings.lifetime(), outside.time());
  }
}
