package io.heartline.security.jwt;

import io.heartline.engine.Authenticator;
import io.heartline.protocol.Bearer;
import io.heartline.protocol.HeaderList;
import io.heartline.security.Cookies;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where tokens are looked for. Never in an address: addresses are kept in logs and histories.
 *
 * @param cookie the name of the cookie that may hold one; null if none may
 */
public record TokenPlaces(@Nullable String cookie) {
  /** Finds a token; null if there is none. */
  @FunctionalInterface
  interface Search {
    @Nullable
    String token() throws BadToken;
  }

  /**
   * Returns the token that a client shows by itself: in a message, else as {@code Authorization:
   * Bearer}, else as a subprotocol, which is all that a browser's WebSocket can send.
   *
   * @throws BadToken if there are several
   */
  @Nullable
  String shown(Authenticator.Credentials credentials) throws BadToken {
    String said = credentials.token();
    if (said != null) {
      return said;
    }
    List<String> authorizations = credentials.header("Authorization");
    if (authorizations.size() > 1) {
      throw new BadToken("Authorization must be given once: " + authorizations.size());
    }
    String bearer = authorizations.isEmpty() ? null : Bearer.token(authorizations.get(0));
    return bearer != null ? bearer : only("Sec-WebSocket-Protocol", subprotocols(credentials));
  }

  private static List<String> subprotocols(Authenticator.Credentials credentials) {
    return HeaderList.of(credentials.header("Sec-WebSocket-Protocol")).elements().stream()
        .flatMap(element -> Stream.ofNullable(Bearer.ofSubprotocol(element)))
        .toList();
  }

  /**
   * Returns the token in the cookie.
   *
   * @throws BadToken if there are several: somebody below the same domain may have set another
   */
  @Nullable
  String kept(Authenticator.Credentials credentials) throws BadToken {
    return cookie == null ? null : only("the cookie", Cookies.values(credentials, cookie));
  }

  private static @Nullable String only(String place, List<String> tokens) throws BadToken {
    if (tokens.size() > 1) {
      throw new BadToken(place + " must hold one token: " + tokens.size());
    }
    return tokens.isEmpty() ? null : tokens.get(0);
  }
}
