package io.heartline.bootstrap.launch;

import io.heartline.bootstrap.settings.Nearest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What was asked on the command line.
 *
 * @param settings by property, such as {@code heartline.port}
 */
record Arguments(Map<String, String> settings, boolean help, boolean version) {
  private static final String PREFIX = "heartline.";

  /**
   * Reads the arguments behind {@code -jar heartline.war}: {@code --help}, {@code --version}, and
   * any property as {@code --beat=20s} or {@code --heartline.beat=20s}. The last of a name counts.
   *
   * @param properties the names of all, without {@code heartline.}
   * @throws IllegalArgumentException if one is unknown; the message says what was probably meant
   */
  static Arguments read(List<String> arguments, Collection<String> properties) {
    Map<String, String> settings = new TreeMap<>();
    boolean help = false;
    boolean version = false;
    for (String argument : arguments) {
      if (argument.equals("--help") || argument.equals("-h")) {
        help = true;
      } else if (argument.equals("--version")) {
        version = true;
      } else {
        String[] sides = argument.split("=", 2);
        String name = name(sides[0]);
        if (!sides[0].startsWith("--") || !properties.contains(name)) {
          throw new IllegalArgumentException(unknown(sides[0], properties));
        }
        if (sides.length == 1 || sides[1].isBlank()) {
          throw new IllegalArgumentException(
              "the argument " + sides[0] + " needs its value behind it: " + sides[0] + "=...");
        }
        settings.put(PREFIX + name, sides[1]);
      }
    }
    return new Arguments(Map.copyOf(settings), help, version);
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
            Stream.of("--help", "--version"), properties.stream().map(name -> "--" + name))
        .toList();
    String question = Nearest.question("--" + name(argument), known);
    return "unknown argument " + argument + (question.isEmpty() ? "; --help shows all" : question);
  }
}
