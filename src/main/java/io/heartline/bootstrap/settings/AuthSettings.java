package io.heartline.bootstrap.settings;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How clients prove who they are.
 *
 * @param order the names of the ways, in the order in which they are asked; the first that sees
 *     somebody decides
 * @param ssoCookie the name of the cookie that carries a login from one web application to another
 * @param lifetime how long an identity holds of whose end nobody tells us; zero for ever
 * @param header how a trusted proxy says who a client is; empty unless it is one of the ways
 * @param session where a login of our own web application keeps its user; empty likewise
 * @param callback how the application is asked; empty likewise
 */
public record AuthSettings(
    List<String> order,
    String ssoCookie,
    Duration lifetime,
    Optional<HeaderSettings> header,
    Optional<SessionSettings> session,
    Optional<LoginCallbackSettings> callback) {
  private static final String ORDER = "heartline.auth";

  /** The way of one-time tickets. */
  public static final String TICKET = "ticket";

  private static final String SSO_COOKIE = "heartline.auth.sso-cookie";
  private static final String LIFETIME = "heartline.auth.lifetime";

  /** The ways there are. */
  private static final List<String> KNOWN =
      List.of("container", JwtSettings.WAY, "session", "header", "callback", TICKET);

  /** A name that a cookie can have (RFC 6265). */
  private static final String COOKIE = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}";

  static AuthSettings read(Property property) {
    List<String> order = property.texts(ORDER, List.of("container"));
    for (String name : order) {
      if (!KNOWN.contains(name) || order.indexOf(name) != order.lastIndexOf(name)) {
        throw new BadSetting(
            ORDER, name, "must name each way once, of these: " + String.join(", ", KNOWN));
      }
    }
    String ssoCookie = property.text(SSO_COOKIE).orElse("JSESSIONIDSSO");
    if (!ssoCookie.matches(COOKIE)) {
      throw new BadSetting(SSO_COOKIE, ssoCookie, "must be the name of a cookie");
    }
    return new AuthSettings(
        order,
        ssoCookie,
        property.duration(LIFETIME, Duration.ofHours(1), Duration.ZERO),
        used(order, "header", HeaderSettings.USER, HeaderSettings.read(property)),
        used(order, "session", SessionSettings.ATTRIBUTE, SessionSettings.read(property)),
        used(order, "callback", LoginCallbackSettings.URL, LoginCallbackSettings.read(property)));
  }

  /**
   * Returns what is set for a way.
   *
   * @throws BadSetting if it is needed and not set, or set and not needed: who forgets one of the
   *     two thinks that the way is in use
   */
  private static <T> Optional<T> used(
      List<String> order, String way, String property, Optional<T> set) {
    if (order.contains(way) != set.isPresent()) {
      throw new BadSetting(
          ORDER,
          String.join(",", order),
          "must name " + way + " if " + property + " is set, and only then");
    }
    return set;
  }

  /** Returns what is allowed but hardly meant, one sentence each. */
  List<String> warnings() {
    return header.filter(set -> set.secret().isEmpty()).stream()
        .map(set -> "heartline.auth.header.secret is not set: whatever runs on a trusted proxy's"
            + " machine can be any user, by sending " + set.user())
        .toList();
  }
}
