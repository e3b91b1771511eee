package io.heartline.bootstrap.launch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The text that {@code --help} prints. Every property is in it, so it also says which names exist;
 * a test compares it with the code that reads them.
 */
final class Help {
  /** Such as {@code --beat=25s} at the beginning of a line. */
  private static final Pattern PROPERTY =
      Pattern.compile("^ +--([a-z.-]+)=(\\S*)", Pattern.MULTILINE);

  private Help() {}

  static String text() throws IOException {
    try (InputStream in = Help.class.getResourceAsStream("help.txt")) {
      if (in == null) {
        throw new IOException("help.txt is not in the WAR");
      }
      return new String(in.readAllBytes(), US_ASCII);
    }
  }

  /** Returns the names of all properties, without {@code heartline.}. */
  static List<String> properties(String text) {
    return PROPERTY.matcher(text).results().map(result -> result.group(1)).toList();
  }

  /** Returns each property as {@code beat=25s}; a default that is not fixed is in {@code <>}. */
  static List<String> defaults(String text) {
    return PROPERTY
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .map(all -> all.strip().substring(2))
        .toList();
  }
}
