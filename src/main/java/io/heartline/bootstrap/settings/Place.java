package io.heartline.bootstrap.settings;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One of the places where a property may be set. */
@FunctionalInterface
public interface Place {
  /** Returns the value that is set here for a property, or null. */
  @Nullable
  String value(String property);

  /** Returns what this place is called in messages; empty if it has no name. */
  default String title() {
    return "";
  }

  /** Returns how a property's name is written here, such as {@code HEARTLINE_BEAT}. */
  default String spelled(String property) {
    return property;
  }

  /** Returns all names set here that look like properties of ours, as they are written here. */
  default Set<String> names() {
    return Set.of();
  }

  /** Returns what people should know about this place, one sentence each. */
  default List<String> remarks() {
    return List.of();
  }
}
