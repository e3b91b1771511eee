package io.heartline.bootstrap.settings;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How clients prove who they are.
 *
 * @param order the names of the ways, in the order in which they are asked; the first that sees
 *     somebody decides
 */
public record AuthSettings(List<String> order) {
  private static final String ORDER = "heartline.auth";

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
    return new AuthSettings(order);
  }
}
