package io.heartline.store.file;

import io.heartline.engine.Draft;
import io.heartline.model.Position;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One call that waits for its commit.
 *
 * @param chars of all its data, each text counted once, and what its targets take
 */
record Request(List<Draft> drafts, CompletableFuture<List<Position>> answer, long chars) {
  Request(List<Draft> drafts) {
    this(List.copyOf(drafts), new CompletableFuture<>(), chars(drafts));
  }

  /** What a target takes besides its name, roughly: as much memory as so many characters. */
  private static final int TARGET = 64;

  @SuppressWarnings("ReferenceEquality") // many targets share one text
  private static long chars(List<Draft> drafts) {
    long chars = 0;
    String last = "";
    for (Draft draft : drafts) {
      chars += TARGET + draft.channel().text().length();
      chars += draft.data() == last ? 0 : draft.data().length();
      last = draft.data();
    }
    return chars;
  }
}
