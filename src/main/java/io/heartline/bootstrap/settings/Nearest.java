package io.heartline.bootstrap.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What somebody may have meant who has misspelt a name. */
public final class Nearest {
  private Nearest() {}

  /** Returns the known name that is nearest to the given one; empty if none is near. */
  public static Optional<String> to(String name, Collection<String> known) {
    int limit = Math.max(2, name.length() / 4);
    return known.stream()
        .min(Comparator.<String>comparingInt(other -> distance(name, other))
            .thenComparing(Comparator.naturalOrder()))
        .filter(nearest -> distance(name, nearest) <= limit);
  }

  /** Returns {@code ; did you mean ...?}, or nothing if no known name is near. */
  public static String question(String name, Collection<String> known) {
    return to(name, known).map(nearest -> "; did you mean " + nearest + '?').orElse("");
  }

  /**
   * Returns how many letters must be put in, left out, replaced or swapped with the next one to
   * make one of the other. Upper and lower case are the same.
   */
  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[][] edits = new int[a.length() + 1][b.length() + 1]; // of the first i and j letters
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        edits[i][j] = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          edits[i][j] = Math.min(edits[i][j], 1 + edits[i - 2][j - 2]);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
