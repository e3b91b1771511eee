package io.heartline.bootstrap.settings;

import java.util.Optional;

/**
 * Where a login inside our own web application keeps its user.
 *
 * @param attribute the name of an attribute of the HTTP session
 * @param user getters that lead from its value to the user's name, such as
 *     {@code authentication.name}; empty if the value is the name, or a principal
 * @param groups getters that lead to the user's groups; empty if they are not asked for
 */
public record SessionSettings(String attribute, String user, Optional<String> groups) {
  static final String ATTRIBUTE = "heartline.auth.session";
  private static final String USER = "heartline.auth.session.user";
  private static final String GROUPS = "heartline.auth.session.groups";

  /** Returns what is set; empty if nothing is. */
  static Optional<SessionSettings> read(Property property) {
    String user = getters(property, USER).orElse("");
    Optional<String> groups = getters(property, GROUPS);
    return property.text(ATTRIBUTE).map(name -> new SessionSettings(name, user, groups));
  }

  private static Optional<String> getters(Property property, String of) {
    Optional<String> path = property.text(of);
    if (path.isPresent() && !path.get().matches("[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*){0,7}")) {
      throw new BadSetting(of, path.get(), "must be names of getters such as authentication.name");
    }
    return path;
  }
}
