package io.heartline.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a key to the HTTP interface may be used for.
 *
 * @param whole the scopes without a restriction
 * @param publishes the only channels that it publishes to, unless {@code whole} has
 *     {@link Scope#PUBLISH}: names, or beginnings of names followed by {@code *}
 */
public record KeyScopes(Set<Scope> whole, List<String> publishes) {
  private static final String PUBLISH_TO = "publish:";

  public KeyScopes {
    whole = Collections.unmodifiableSet(
        whole.isEmpty() ? EnumSet.noneOf(Scope.class) : EnumSet.copyOf(whole));
    publishes = List.copyOf(publishes);
  }

  /**
   * Reads {@code publish:order:*,read}: the words of scopes, separated by commas.
   *
   * @throws IllegalArgumentException if it breaks a rule; the message is the rule
   */
  public static KeyScopes parse(String text) {
    Set<Scope> whole = EnumSet.noneOf(Scope.class);
    List<String> publishes = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      String scope = word.strip();
      if (scope.startsWith(PUBLISH_TO)) {
        publishes.add(pattern(scope.substring(PUBLISH_TO.length())));
      } else {
        whole.add(Stream.of(Scope.values())
            .filter(known -> known.word().equals(scope))
            .findAny()
            .orElseThrow(() -> new IllegalArgumentException(
                "must be publish, publish:CHANNEL, publish:BEGINNING*, read, disconnect, drain,"
                    + " ticket or metrics, separated by commas")));
      }
    }
    return new KeyScopes(whole, publishes);
  }

  private static String pattern(String text) {
    String name = text.endsWith("*") ? text.substring(0, text.length() - 1) : text;
    String problem = text.equals("*") ? null : ChannelName.problem(name);
    if (problem != null) {
      throw new IllegalArgumentException(
          "must have a channel's name behind publish:, or the beginning of names and *; it "
              + problem);
    }
    return text;
  }

  /** Returns whether it allows something; of publishing, whether it does so for any channel. */
  public boolean allow(Scope scope) {
    return whole.contains(scope) || (scope == Scope.PUBLISH && !publishes.isEmpty());
  }

  /** Returns whether it allows to publish to a channel. */
  public boolean allowPublish(ChannelName channel) {
    return whole.contains(Scope.PUBLISH)
        || publishes.stream().anyMatch(pattern -> fits(pattern, channel.text()));
  }

  private static boolean fits(String pattern, String name) {
    return pattern.endsWith("*")
        ? name.startsWith(pattern.substring(0, pattern.length() - 1))
        : name.equals(pattern);
  }

  /** Returns what {@link #parse} reads. */
  @Override
  public String toString() {
    return Stream.concat(
            whole.stream().map(Scope::word), publishes.stream().map(to -> PUBLISH_TO + to))
        .collect(Collectors.joining(","));
  }
}
