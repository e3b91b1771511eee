package io.heartline.store.file;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file does not hold what was once forced into it. The store must not be opened, or publications
 * would be lost silently. Says which file, where, and what to do.
 */
public final class Damage extends IOException {
  private static final long serialVersionUID = 1L;

  Damage(Path file, long at, String what) {
    super(file + " is damaged at byte " + at + ": " + what + advice(file));
  }

  Damage(Path file, String what) {
    super(file + " " + what + advice(file));
  }

  private static String advice(Path file) {
    return ". Nothing was changed. Restore the directory " + file.getParent()
        + " from a copy. If there is none, move it away to begin with an empty one: then what it"
        + " holds is lost, and every page is told so by a gap";
  }
}
