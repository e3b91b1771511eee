package io.heartline.engine;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which part of the cluster an answer is about.
 *
 * @param complete whether it is about all nodes that live. If not, some did not answer in time, or
 *     it was not known which nodes live
 * @param missing the names of nodes that did not answer, as far as they are known
 */
public record Coverage(boolean complete, Set<String> missing) {
  /** All of it. */
  static final Coverage COMPLETE = new Coverage(true, Set.of());

  public Coverage {
    missing = Collections.unmodifiableSet(new TreeSet<>(missing));
  }
}
