package io.heartline.bootstrap.settings;

import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A place that is a table, where a property has its own name.
 *
 * @param values the value of a name, or null
 * @param all those that look like properties of ours
 */
public record Table(
    String title, Function<String, @Nullable String> values, Supplier<Set<String>> all)
    implements Place {
  private static final Pattern OURS =
      Pattern.compile("heartline[._-].+", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** The place for {@code -Dheartline.name=value}. */
  public static Table systemProperties() {
    return new Table(
        "system property",
        System::getProperty,
        () -> ours(System.getProperties().stringPropertyNames()));
  }

  /** The place for {@code java -jar heartline.war --name=value}. */
  public static Table commandLine(Map<String, String> arguments) {
    return new Table("command line", arguments::get, arguments::keySet);
  }

  /** Returns those that look like names of ours, whether spelled right or wrong. */
  public static Set<String> ours(Set<String> names) {
    return names.stream().filter(name -> OURS.matcher(name).matches()).collect(Collectors.toSet());
  }

  @Override
  public @Nullable String value(String property) {
    return values.apply(property);
  }

  @Override
  public Set<String> names() {
    return all.get();
  }
}
