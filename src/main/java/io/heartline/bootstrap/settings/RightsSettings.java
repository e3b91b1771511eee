package io.heartline.bootstrap.settings;

import io.heartline.engine.Rights;
import io.heartline.security.RightsRule;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What clients may do, besides what is always so.
 *
 * @param rules what is opened, for each action
 * @param away how long a user may be away from a channel before it is told that they left
 * @param callback where the application is asked about what no rule opens; empty for nowhere
 * @param key the key that it is asked with; empty if none is set
 * @param timeout how long it may take to answer
 * @param calls how many calls may be under way at a time
 * @param answers how many of its answers are remembered, a yes and a no each
 */
public record RightsSettings(
    Map<Rights.Action, List<RightsRule>> rules,
    Duration away,
    Optional<URI> callback,
    Optional<String> key,
    Duration timeout,
    int calls,
    int answers) {
  /** The whole value of a property that opens nothing. */
  private static final String NOBODY = "nobody";

  private static final String CALLBACK = "heartline.rights.callback";

  public RightsSettings {
    rules = Map.copyOf(rules);
  }

  static RightsSettings read(Property property) {
    Map<Rights.Action, List<RightsRule>> rules = new EnumMap<>(Rights.Action.class);
    for (Rights.Action action : Rights.Action.values()) { // what history defaults to comes first
      List<RightsRule> otherwise = action == Rights.Action.READ_HISTORY
          ? rules.getOrDefault(Rights.Action.SUBSCRIBE, List.of())
          : List.of();
      rules.put(action, rules(property, "heartline." + action.word()).orElse(otherwise));
    }
    return new RightsSettings(
        rules,
        property.duration("heartline.presence.away", Duration.ofSeconds(20), Duration.ZERO),
        property.url(CALLBACK),
        property.key(CALLBACK + ".key"),
        property.duration(CALLBACK + ".timeout", Duration.ofSeconds(5), Duration.ofSeconds(1)),
        property.number(CALLBACK + ".calls", 64, 1, 10_000),
        property.number(CALLBACK + ".answers", 10_000, 1, 1_000_000));
  }

  private static Optional<List<RightsRule>> rules(Property property, String name) {
    return property.text(name).map(value -> {
      List<RightsRule> rules = new ArrayList<>();
      if (value.equals(NOBODY)) {
        return rules;
      }
      for (String text : Settings.split(value)) {
        try {
          rules.add(RightsRule.parse(text));
        } catch (IllegalArgumentException e) {
          throw new BadSetting(name, text, String.valueOf(e.getMessage()));
        }
      }
      return rules;
    });
  }

  /** Returns the rules about who may see who is in a channel. */
  public List<RightsRule> presence() {
    return rules.getOrDefault(Rights.Action.PRESENCE, List.of());
  }

  /** Returns what is allowed but hardly meant, one sentence each. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (RightsRule rule : rules.getOrDefault(Rights.Action.PUBLISH, List.of())) {
      if (rule.isForEverybody()) {
        warnings.add("heartline.publish has " + rule
            + ": whoever reaches the server can publish there without a name");
      }
    }
    if (callback.isPresent() && key.isEmpty()) {
      warnings.add(CALLBACK + ".key is not set: your application cannot tell our questions from"
          + " those of anybody else who reaches its URL");
    }
    return warnings;
  }
}
