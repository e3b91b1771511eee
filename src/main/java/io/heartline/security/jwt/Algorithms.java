package io.heartline.security.jwt;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The algorithms by which a token may be signed, if its key is one for them. */
public final class Algorithms {
  private final Set<Key.Algorithm> all;

  private Algorithms(Set<Key.Algorithm> all) {
    this.all = all;
  }

  /**
   * @param names of the algorithms; none for all that we know
   * @throws IllegalArgumentException if we know one not; the message is the rule
   */
  public static Algorithms of(Collection<String> names) {
    EnumSet<Key.Algorithm> all = EnumSet.noneOf(Key.Algorithm.class);
    for (String name : names) {
      try {
        all.add(Key.Algorithm.valueOf(name));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("must be of these: " + known());
      }
    }
    return new Algorithms(all.isEmpty() ? EnumSet.allOf(Key.Algorithm.class) : all);
  }

  private static String known() {
    return Arrays.stream(Key.Algorithm.values()).map(Enum::name).collect(Collectors.joining(", "));
  }

  Set<Key.Algorithm> all() {
    return all;
  }
}
