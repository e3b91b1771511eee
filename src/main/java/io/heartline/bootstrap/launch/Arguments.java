package io.heartline.bootstrap.launch;

import io.heartline.bootstrap.settings.Nearest;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was asked on the command line.
 *
 * @param settings by property, such as {@code heartline.port}
 * @param keyName of the key to be made; null if none is
 * @param keyOptions what is said about it, by {@code scopes} and {@code expires}
 */
record Arguments(
    Map<String, String> settings,
    boolean help,
    boolean version,
    @Nullable String keyName,
    Map<String, String> keyOptions) {
  private static final String MAKE_KEY = "make-key";

  /** What can be said about a key that is made. */
  private static final Set<String> KEY_OPTIONS = Set.of("scopes", "expires");

  private static final String PREFIX = "heartline.";

  /**
   * Reads the arguments behind {@code -jar heartline.war}: {@code --help}, {@code --version},
   * {@code --make-key=orders --scopes=... --expires=...}, and any property as {@code --beat=20s} or
   * {@code --heartline.beat=20s}. The last of a name counts.
   *
   * @param properties the names of all, without {@code heartline.}
   * @throws IllegalArgumentException if one is unknown; the message says what was probably meant
   */
  static Arguments read(List<String> arguments, Collection<String> properties) {
    Map<String, String> settings = new TreeMap<>();
    boolean help = false;
    boolean version = false;
    String keyName = null;
    Map<String, String> keyOptions = new HashMap<>();
    for (String argument : arguments) {
      if (argument.equals("--help") || argument.equals("-h")) {
        help = true;
      } else if (argument.equals("--version")) {
        version = true;
      } else {
        String[] sides = argument.split("=", 2);
        String name = name(sides[0]);
        boolean ofKey = name.equals(MAKE_KEY) || KEY_OPTIONS.contains(name);
        if (!sides[0].startsWith("--") || !(ofKey || properties.contains(name))) {
          throw new IllegalArgumentException(unknown(sides[0], properties));
        }
        if (sides.length == 1 || sides[1].isBlank()) {
          throw new IllegalArgumentException(
              "the argument " + sides[0] + " needs its value behind it: " + sides[0] + "=...");
        }
        if (name.equals(MAKE_KEY)) {
          keyName = sides[1];
        } else if (ofKey) {
          keyOptions.put(name, sides[1]);
        } else {
          settings.put(PREFIX + name, sides[1]);
        }
      }
    }
    if (keyName == null && !keyOptions.isEmpty()) {
      throw new IllegalArgumentException(
          "the argument --" + keyOptions.keySet().iterator().next()
              + " is for a new key: it needs --" + MAKE_KEY + "=NAME");
    }
    return new Arguments(Map.copyOf(settings), help, version, keyName, Map.copyOf(keyOptions));
  }

  private static String name(String argument) {
    String bare = argument.replaceFirst("^-{1,2}", "");
    return bare.startsWith(PREFIX) ? bare.substring(PREFIX.length()) : bare;
  }

  private static String unknown(String argument, Collection<String> properties) {
    if (argument.startsWith("-D")) {
      return argument + " must be before -jar, where Java reads it; here write "
          + argument.replaceFirst("^-D(heartline\\.)?", "--") + "=...";
    }
    List<String> known = Stream.concat(
            Stream.of("--help", "--version", "--" + MAKE_KEY),
            properties.stream().map(name -> "--" + name))
        .toList();
    String question = Nearest.question("--" + name(argument), known);
    return "unknown argument " + argument + (question.isEmpty() ? "; --help shows all" : question);
  }
}
