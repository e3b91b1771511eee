package io.heartline.bootstrap.settings;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How clients prove who they are.
 *
 * @param order the names of the ways, in the order in which they are asked; the first that sees
 *     somebody decides
 * @param ssoCookie the name of the cookie that carries a login from one web application to another
 */
public record AuthSettings(List<String> order, String ssoCookie) {
  private static final String ORDER = "heartline.auth";
  private static final String SSO_COOKIE = "heartline.auth.sso-cookie";

  /** A name that a cookie can have (RFC 6265). */
  private static final String COOKIE = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}";

  /** The ways there are. */
  private static final Set<String> KNOWN = Set.of("container", JwtSettings.WAY);

  static AuthSettings read(Property property) {
    List<String> order = property.texts(ORDER, List.of("container"));
    for (String name : order) {
      if (!KNOWN.contains(name) || order.indexOf(name) != order.lastIndexOf(name)) {
        throw new BadSetting(
            ORDER,
            name,
            "must name each way once, of these: " + String.join(", ", new TreeSet<>(KNOWN)));
      }
    }
    String ssoCookie = property.text(SSO_COOKIE).orElse("JSESSIONIDSSO");
    if (!ssoCookie.matches(COOKIE)) {
      throw new BadSetting(SSO_COOKIE, ssoCookie, "must be the name of a cookie");
    }
    return new AuthSettings(order, ssoCookie);
  }
}
