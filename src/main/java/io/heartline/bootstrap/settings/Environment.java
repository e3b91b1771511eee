package io.heartline.bootstrap.settings;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The place for {@code HEARTLINE_NAME=value}: upper case, {@code _} for {@code .} and {@code -}.
 *
 * <p>Kubernetes puts variables with such names there too, for each Service whose name begins with
 * {@code heartline}, and so do Docker's links. They are no settings.
 */
public final class Environment implements Place {
  private static final Pattern LINK = Pattern.compile("HEARTLINE_(\\w+_)?"
      + "(SERVICE_HOST|SERVICE_PORT(_\\w+)?|ENV_\\w+"
      + "|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|ADDR|(PORT_)?(START|END)|PORT))?)");

  /** What the values of two less telling names look like. */
  private static final Map<String, Pattern> LINKED = Map.of(
      "_PORT", Pattern.compile("(tcp|udp|sctp)://.*"), "_NAME", Pattern.compile("/[^/]+/[^/]+"));

  private static final String PORT = "HEARTLINE_PORT";

  private final Map<String, String> variables;

  public Environment(Map<String, String> variables) {
    this.variables = variables;
  }

  @Override
  public @Nullable String value(String property) {
    String name = spelled(property);
    return isLink(name) ? null : variables.get(name);
  }

  @Override
  public String title() {
    return "environment";
  }

  @Override
  public String spelled(String property) {
    return property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  @Override
  public Set<String> names() {
    return Table.ours(variables.keySet()).stream()
        .filter(name -> !isLink(name))
        .collect(Collectors.toSet());
  }

  @Override
  public List<String> remarks() {
    return isLink(PORT)
        ? List.of(PORT + '=' + variables.get(PORT) + " (environment) is ignored: it comes from"
            + " Kubernetes or Docker, for a service named heartline")
        : List.of();
  }

  private boolean isLink(String name) {
    return LINK.matcher(name).matches()
        || LINKED.entrySet().stream()
            .anyMatch(linked -> name.endsWith(linked.getKey())
                && linked.getValue().matcher(variables.getOrDefault(name, "")).matches());
  }
}
