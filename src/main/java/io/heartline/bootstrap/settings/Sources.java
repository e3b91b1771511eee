package io.heartline.bootstrap.settings;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Where properties are looked up. One name, many places, in this order: the runnable WAR's command
 * line {@code --api.keys=}, system property {@code heartline.api.keys}, environment
 * {@code HEARTLINE_API_KEYS}, JNDI entry {@code java:comp/env/heartline/api.keys}, servlet context
 * parameter, and {@code heartline.properties} in the data directory.
 *
 * <p>It remembers what it was asked for and what it found. So it knows which names exist, and can
 * say which ones are set but have no effect. Not for more than one thread.
 */
public final class Sources {
  private final List<Place> places;

  /** Which places were asked for a property. Shared with all made from these sources. */
  private final Map<String, Set<Place>> asked;

  /** What was found, by property, in the order it was asked for. Shared too. */
  private final Map<String, Setting> found;

  /** @param places in order: the first that has a value wins */
  public Sources(Place... places) {
    this(List.of(places), new TreeMap<>(), new LinkedHashMap<>());
  }

  private Sources(List<Place> places, Map<String, Set<Place>> asked, Map<String, Setting> found) {
    this.places = places;
    this.asked = asked;
    this.found = found;
  }

  /**
   * Returns the places that every process has: system properties and the environment.
   *
   * @param first what is asked before them
   */
  public static Sources ofProcess(Place... first) {
    return new Sources(first).and(Table.systemProperties()).and(new Environment(System.getenv()));
  }

  /** Returns these sources with one more place, which is asked last. */
  public Sources and(Place last) {
    List<Place> more = new ArrayList<>(places);
    more.add(last);
    return new Sources(List.copyOf(more), asked, found);
  }

  /** Returns sources with no place, for properties that exist but have no effect here. */
  public Sources nowhere() {
    return new Sources(List.of(), asked, found);
  }

  /** Returns the first value that is not blank, stripped; empty if there is none. */
  public Optional<String> find(String property) {
    return find(property, value -> value);
  }

  /** Does the same. If it is secret, {@code shown} makes of it what may be shown. */
  Optional<String> find(String property, UnaryOperator<String> shown) {
    asked.computeIfAbsent(property, name -> new HashSet<>()).addAll(places);
    for (Place place : places) {
      String value = place.value(property);
      if (value != null && !value.isBlank()) {
        String stripped = value.strip();
        found.put(property, new Setting(property, shown.apply(stripped), place));
        return Optional.of(stripped);
      }
    }
    return Optional.empty();
  }

  /** Returns every property that was asked for. */
  public Set<String> asked() {
    return new TreeSet<>(asked.keySet());
  }

  /** Returns everything that is set, with the place where: {@code heartline.beat=9s (...)}. */
  public List<String> settings() {
    return found.values().stream().map(Setting::toString).toList();
  }

  /** Returns where a property is set, such as {@code environment HEARTLINE_BEAT}; or empty. */
  public String where(String property) {
    String whole = property.replaceFirst("\\[.*", "");
    return Optional.ofNullable(found.get(whole)).map(Setting::where).orElse("");
  }

  /** Returns what is wrong with a setting, and where it is set. */
  public String explain(BadSetting problem) {
    String where = where(problem.property());
    return problem.getMessage() + (where.isEmpty() ? "" : " (" + where + ')');
  }

  /**
   * Returns what is set without effect, one sentence each: names that nothing has asked for, and
   * names set where they are not looked up. Comes after everything was asked for.
   */
  public List<String> slips() {
    List<String> slips = new ArrayList<>();
    for (Place place : places) {
      Map<String, String> known =
          asked.keySet().stream().collect(Collectors.toMap(place::spelled, property -> property));
      for (String name : new TreeSet<>(place.names())) {
        String property = known.get(name);
        if (property == null) {
          String whole = name.matches("(?i)heartline[._-].*|.*[:/].*") ? name : "heartline." + name;
          slips.add(name + " (" + place.title() + ") is not a setting of Heartline"
              + Nearest.question(whole, known.keySet()));
        } else {
          Set<Place> readers = asked.getOrDefault(property, Set.of());
          if (!readers.contains(place)) {
            slips.add(name + " (" + place.title() + ") has no effect here: " + instead(readers));
          }
        }
      }
      slips.addAll(place.remarks());
    }
    return slips;
  }

  private String instead(Set<Place> readers) {
    if (readers.isEmpty()) {
      return "only java -jar heartline.war reads it";
    }
    return "it is read from "
        + places.stream()
            .filter(readers::contains)
            .map(Place::title)
            .collect(Collectors.joining(", "));
  }
}
