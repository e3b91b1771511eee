package io.heartline.bootstrap.settings;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a property may be set. One name, many places, in this order: system property
 * {@code heartline.api.keys}, environment {@code HEARTLINE_API_KEYS}, JNDI entry
 * {@code java:comp/env/heartline/api.keys}, servlet context parameter, and
 * {@code heartline.properties} in the data directory.
 */
public final class Sources {
  /** One place: returns the value that is set there for a property's name, or null. */
  @FunctionalInterface
  public interface Place extends Function<String, @Nullable String> {}

  private final Place[] places;

  /** @param places in order: the first that has a value wins */
  public Sources(Place... places) {
    this.places = places.clone();
  }

  /** The place for {@code -Dheartline.name=value}. */
  public static @Nullable String systemProperty(String name) {
    return System.getProperty(name);
  }

  /**
   * The place for {@code HEARTLINE_NAME=value}: upper case, {@code _} for {@code .} and {@code -}.
   */
  public static @Nullable String environment(String name) {
    return System.getenv(name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'));
  }

  /** Returns the first value that is not blank, stripped; empty if there is none. */
  public Optional<String> find(String name) {
    for (Place place : places) {
      String value = place.apply(name);
      if (value != null && !value.isBlank()) {
        return Optional.of(value.strip());
      }
    }
    return Optional.empty();
  }

  /** Returns these sources with one more place, which is asked last. */
  public Sources and(Place last) {
    Place[] more = Arrays.copyOf(places, places.length + 1);
    more[places.length] = last;
    return new Sources(more);
  }
}
